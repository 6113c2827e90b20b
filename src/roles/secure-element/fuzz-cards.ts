// Cards to be fuzzed: a SIM with the JPKI application, a plastic card with both keys, an old SIM; and a run of sessions
// on them by seed. For tests and `npm run fuzz`.

import { type Bytes, concat, fromHex, utf8 } from '../../base/bytes.ts'
import { seededEntropy } from '../../base/crypto.ts'
import type { Entropy } from '../../base/ports.ts'
import { command, encodeCommand } from '../../codec/apdu.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { type Dialogue, run } from '../../protocol/iso7816/index.ts'
import * as jpki from '../../protocol/jpki-ap/index.ts'
import type { SecureElement } from './contract.ts'
import { anyCommand, judge, randomNumbers, watchedMemory } from './fuzz.ts'
import { createSecureElement, manufactureSecureElement } from './index.ts'
import { HOLDERS_PIN, plasticCard } from './plastic-card-specimen.ts'
import { asIssuer, ICCID, ISD_KEYS, pair, SpecimenMemory, specimenSim } from './specimen.ts'

/** The records of a new card of each kind. */
export async function fuzzImages(): Promise<readonly ReadonlyMap<string, Bytes>[]> {
  return [await simImage(), plasticCard(new SpecimenMemory()).records, oldSimImage()]
}

async function simImage(): Promise<ReadonlyMap<string, Bytes>> {
  const memory = new SpecimenMemory()
  await run(
    specimenSim(memory).link(),
    asIssuer(function* () {
      yield* gp.installForLoad({ aid: jpki.JPKI.loadFile, securityDomain: gp.AID.isd, dataBlock: jpki.jpkiLoadFile() })
      yield* gp.load(jpki.jpkiLoadFile())
      yield* gp.installForInstallAndMakeSelectable(jpki.JPKI)
    }),
  )
  return memory.records
}

function oldSimImage(): ReadonlyMap<string, Bytes> {
  const memory = new SpecimenMemory()
  manufactureSecureElement(memory, {
    iccid: ICCID,
    isdKeys: ISD_KEYS,
    keyVersion: 0x20,
    profile: { scp: { scp02: 0x15 } },
  })
  return memory.records
}

/** The issuer with his keys, or the holder with his PIN; nobody if the card has neither. */
async function admitted(card: SecureElement, entropy: Entropy): Promise<boolean> {
  const issuer: Dialogue<unknown> = gp.openScp03({ keys: ISD_KEYS, entropy, level: gp.LEVEL.none })
  for (const dialogue of [issuer, holder()]) {
    const done = await run(card.link(), dialogue).then(
      () => true,
      () => false,
    )
    if (done) return true
  }
  return false
}

function* holder(): Dialogue<unknown> {
  yield* jpki.select()
  return yield* jpki.verifyPin('auth', HOLDERS_PIN)
}

/** Commands in one session: a card that is woken, used and thrown away. */
export const SESSION = 50

/**
 * One session by seed and number, the same each time. Every fourth has somebody behind it who may: the
 * issuer without protection of his commands (level 00), or the holder. Throws at the first thing that does not hold.
 */
export async function fuzzSession(
  images: readonly ReadonlyMap<string, Bytes>[],
  seed: number,
  number: number,
  observe: (command: Bytes, sw: number) => void = () => undefined,
): Promise<void> {
  const random = randomNumbers(Math.imul(seed, 0x9e3779b1) + number)
  const memory = watchedMemory(images[number % images.length]!)
  const entropy = seededEntropy(utf8(`fuzz ${seed} ${number}`))
  const card = createSecureElement({ memory, entropy, keyPairs: () => pair('sim') })
  const authenticated = number % 4 === 0 && (await admitted(card, entropy))
  if (!authenticated && random(2) === 0) card.process(SELECT_JPKI)
  memory.taken()
  const judged = { card, memory, authenticated }
  for (let left = SESSION; left > 0; left--) {
    const c = authenticated ? inside(anyCommand(random), random) : anyCommand(random)
    observe(c, judge(judged, c))
  }
  card.reset()
  judge({ ...judged, authenticated: true }, SELECT_ISD)
}

const SELECT_JPKI = encodeCommand(command(0x00, 0xa4, 0x04, 0x0c, jpki.JPKI.aid))
const SELECT_ISD = encodeCommand(command(0x00, 0xa4, 0x04, 0x00, gp.AID.isd, 256))

/** What would end the session at once comes seldom. */
function inside(c: Bytes, random: (below: number) => number): Bytes {
  const ends = c[1] === 0xa4 || c[1] === 0x50 || c[1] === 0x82
  return ends && random(8) > 0 ? concat(fromHex('80f24002024f00'), fromHex('00')) : c
}
