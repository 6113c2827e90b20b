// SCP03 with the SIM's issuer domain at level 33: opening a session, and a command and its answer inside of one.

import { systemEntropy } from '../src/adapters/random.ts'
import { Aes } from '../src/base/aes.ts'
import { aesCbcDecrypt, aesCbcEncrypt, aesEcb, cmac } from '../src/base/crypto.ts'
import { AID, getData, getStatus, openScp03, secured } from '../src/protocol/globalplatform/index.ts'
import { type Dialogue, run, selectByName } from '../src/protocol/iso7816/index.ts'
import { sim } from './fixture.ts'
import { type Bench, must, repeated } from './harness.ts'

/** Both sides derive three session keys and two cryptograms and check the card's challenge: GPC-D v1.1.1 §6.2. */
const DERIVATIONS = 2 * (3 + 2 + 1)
/** EXTERNAL AUTHENTICATE has a C-MAC; the command after it a C-MAC and an R-MAC. Each is made and checked. */
const MACS = 2 * (1 + 1 + 1)

export const scp03: Bench = {
  name: 'scp03',
  unit: 'one SCP03 session, level 33: opened, one GET STATUS inside; both sides in this process',
  floorIs: `its ${DERIVATIONS + MACS} AES-CMAC and its AES-CBC of command and response, both sides, alone`,
  prepare: async () => {
    const { link, keys } = sim()
    function* session(): Dialogue<number> {
      yield* selectByName(AID.isd)
      const channel = yield* openScp03({ keys, entropy: systemEntropy, aid: AID.isd })
      return (yield* secured(channel, getStatus('issuer'))).length
    }
    const once = async () => must((await run(link, session())) === 1, 'the registry entry of the issuer domain')
    return { work: repeated(once), floor: repeated(primitives) }
  },
}

/** The card and the off-card side each: MAC of the command; ICV, data and MAC of the answer. */
export const secured33: Bench = {
  name: 'secured',
  unit: 'one C-APDU and its R-APDU in an SCP03 session, level 33 (GET DATA); both sides in this process',
  floorIs: 'its 4 AES-CMAC, 2 ICVs, 1 encryption and 1 decryption alone, under keys that are set up already',
  prepare: async () => {
    const { link, keys } = sim()
    await run(link, selectByName(AID.isd))
    const channel = await run(link, openScp03({ keys, entropy: systemEntropy, aid: AID.isd }))
    const once = async () => must((await run(link, secured(channel, getData(0x45)))).length === 12, 'the number')
    const [host, card] = [new Aes(key), new Aes(key)]
    const floor = () => {
      const mac = host.cmac(shortBlocks, shortBlocks.subarray(0, 5))
      must(card.cmac(shortBlocks, shortBlocks.subarray(0, 5))[0] === mac[0], 'the C-MAC')
      const sent = card.encrypt(shortBlocks, card.encrypt(shortBlocks))
      const responseMac = card.cmac(shortBlocks, sent, shortBlocks.subarray(0, 2))
      must(host.cmac(shortBlocks, sent, shortBlocks.subarray(0, 2))[0] === responseMac[0], 'the R-MAC')
      must(host.decrypt(sent, host.encrypt(shortBlocks))[0] === shortBlocks[0], 'the data')
    }
    return { work: repeated(once), floor: repeated(floor) }
  },
}

const key = systemEntropy(16)
const derivation = systemEntropy(32)
const macInput = systemEntropy(48)
const [shortBlocks, blocks] = [systemEntropy(16), systemEntropy(32)]

function primitives(): void {
  let seen = 0
  for (let i = 0; i < DERIVATIONS; i++) seen += cmac(key, derivation).length
  for (let i = 0; i < MACS; i++) seen += cmac(key, macInput).length
  for (const data of [shortBlocks, blocks]) {
    seen += aesEcb(key, shortBlocks).length + aesCbcEncrypt(key, data).length
    seen += aesEcb(key, shortBlocks).length + aesCbcDecrypt(key, data).length
  }
  must(seen === (DERIVATIONS + MACS) * 16 + 160, 'the lengths')
}
