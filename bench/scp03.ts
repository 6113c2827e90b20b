// One SCP03 session with the SIM's issuer domain at level 33: INITIALIZE UPDATE, EXTERNAL AUTHENTICATE, GET STATUS.

import { systemEntropy } from '../src/adapters/random.ts'
import { aesCbcDecrypt, aesCbcEncrypt, aesEcb, cmac } from '../src/base/crypto.ts'
import { AID, getStatus, openScp03, secured } from '../src/protocol/globalplatform/index.ts'
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
