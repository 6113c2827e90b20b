// Fills a new world: residents, their cards, their SIMs and lines, bank customers, the gate. Everything is idempotent,
// so a world whose seeding was interrupted is completed at the next start.

import type { CardMemory } from '../adapters/memory/index.ts'
import { concat, hex } from '../base/bytes.ts'
import { generateKeyPair, type KeyPair, privateKey, publicKeyOf, sha256 } from '../base/crypto.ts'
import { Refusal } from '../base/refusal.ts'
import { encodeCvcKey, modulusOfSpki } from '../codec/cvc.ts'
import { type Certificate, decodeCertificate } from '../codec/x509.ts'
import { issuerAmong } from '../protocol/jpki-profile/index.ts'
import type { CertificateKind } from '../roles/authority/contract.ts'
import { carrierRules, SIM_MODELS, type SimModel, simKeys, simMaster } from '../roles/carrier/index.ts'
import type { CardFaceImage } from '../roles/my-number-card/contract.ts'
import { manufactureMyNumberCard } from '../roles/my-number-card/index.ts'
import { imageOf, manufactureSecureElement } from '../roles/secure-element/index.ts'
import { proxyAppOf } from './apps.ts'
import { CARRIERS, type CarrierId, CITIZEN_NAMES, CITIZENS, type CitizenName, KAZASU_CITY } from './people.ts'
import type { CardName } from './shelf.ts'
import type { World } from './world.ts'

type SeedStep = readonly [what: string, work: (world: World) => Promise<unknown>]

const eachCitizen =
  (work: (world: World, name: CitizenName) => Promise<unknown>): SeedStep[1] =>
  async (world) => {
    for (const name of CITIZEN_NAMES) await work(world, name)
  }

const STEPS: readonly SeedStep[] = [
  ['residents', eachCitizen((world, name) => world.register.register(resident(name)))],
  ['cards', eachCitizen(personaliseCard)],
  ['SIMs and lines', eachCitizen(openLine)],
  ['bank', eachCitizen(openAccount)],
  ['gate', (world) => world.gate.prepare({})],
]

/** How often `onProgress` is told something. */
export const SEED_STEPS = STEPS.length

export async function seed(world: World, onProgress: (what: string) => void = () => undefined): Promise<void> {
  for (const [what, work] of STEPS) {
    onProgress(what)
    await work(world)
  }
}

const resident = (name: CitizenName) =>
  ({
    residentId: name,
    fourInfo: CITIZENS[name].fourInfo,
    municipality: KAZASU_CITY,
    status: 'resident',
  }) as const

/** The keys are in the card's memory before their certificates are asked for: no certificate without its key. */
async function personaliseCard(world: World, name: CitizenName): Promise<void> {
  await withMemory(world, name, async (memory) => {
    if (memory.load().has('card/atr')) return
    const { cardNumber, pin, password } = CITIZENS[name]
    const expiry = expiryOf(world.platform.clock())
    const pairs = { auth: keptPair(memory, 'auth'), sign: password ? keptPair(memory, 'sign') : null }
    const { publicKey, keyId } = await world.authority.terminalCa({})
    manufactureMyNumberCard(memory, {
      tokenSerial: cardNumber,
      auth: await keyImage(world, name, 'auth', pairs.auth, pin),
      ...(pairs.sign && password && { sign: await keyImage(world, name, 'sign', pairs.sign, password) }),
      municipality: KAZASU_CITY.code,
      expiry,
      face: await cardFace(world, name, expiry),
      terminalCaKey: concat(keyId, encodeCvcKey(modulusOfSpki(publicKey))),
    })
  })
}

/** The card makes its keys, the municipality signs what is printed on it. */
async function cardFace(world: World, name: CitizenName, expiry: string): Promise<CardFaceImage> {
  const { cardNumber, myNumber, securityCode, facePin, fourInfo } = CITIZENS[name]
  const [signing, session, common] = [1, 2, 3].map(() => generateKeyPair('RSA-2048'))
  const { text, surface, chain } = await world.authority.issueCardFace({
    residentId: name,
    myNumber,
    securityCode,
    expiry,
    signingKey: signing!.publicKey,
    sessionKey: session!.publicKey,
  })
  const byEf = (files: typeof text) => Object.fromEntries(files.map(({ ef, content }) => [ef, content]))
  return {
    cardNumber: cardNumber.slice(1),
    text: byEf(text),
    surface: byEf(surface),
    chain,
    keys: { signing: signing!.privateKey, session: session!.privateKey, common: common!.privateKey },
    pins: { text: facePin, juki: facePin },
    myNumber,
    birthDate: fourInfo.birthDate,
    securityCode,
  }
}

/** The key pair of a card that is not made yet; the same one when the making was interrupted. */
function keptPair(memory: CardMemory, kind: CertificateKind): KeyPair {
  const blank = `blank/${kind}`
  const before = memory.load().get(blank)
  if (before) return { privateKey: before, publicKey: publicKeyOf(privateKey(before)) }
  const pair = generateKeyPair('RSA-2048')
  memory.commit(new Map([[blank, pair.privateKey]]))
  return pair
}

async function keyImage(world: World, name: CitizenName, kind: CertificateKind, pair: KeyPair, pin: string) {
  const { certificate } = await world.authority.issueForCard(request(name, kind, pair))
  const { [kind]: newest, earlier } = await world.authority.caCertificates({})
  const generations = [newest, ...earlier[kind]].map(decodeCertificate) as [Certificate, ...Certificate[]]
  const caCertificate = issuerAmong(decodeCertificate(certificate), generations).raw
  return { privateKey: pair.privateKey, certificate, caCertificate, pin }
}

/** What somebody has put into a reader was made before: a card that is not cannot be powered. */
async function withMemory(
  world: World,
  name: CardName,
  work: (memory: CardMemory) => void | Promise<void>,
): Promise<void> {
  let memory: CardMemory
  try {
    memory = world.shelf.memory(name)
  } catch (error) {
    if (error instanceof Refusal && error.code === 'card/in-use') return
    throw error
  }
  try {
    await work(memory)
  } finally {
    memory.close()
  }
}

const request = (residentId: CitizenName, kind: CertificateKind, { publicKey }: KeyPair) => ({
  requestKey: `card-${residentId}-${kind}-${hex(sha256(publicKey)).slice(0, 16)}`,
  residentId,
  kind,
  publicKey,
})

/** Ten years, as YYYYMMDD. */
const expiryOf = (now: Date): string => `${now.getUTCFullYear() + 10}${now.toISOString().slice(5, 10).replace('-', '')}`

async function openLine(world: World, name: CitizenName): Promise<void> {
  const { line, fourInfo } = CITIZENS[name]
  const carrier: CarrierId = line.carrier
  const maker = CARRIERS[carrier].kind === 'mvno' ? CARRIERS[carrier].host : carrier
  const model: SimModel = SIM_MODELS[line.simModel]
  const isdKeys = simKeys(await simMaster(world.platform.keys, maker, model), line.iccid, model)
  await withMemory(world, `${name}-phone`, (memory) => {
    const accessRules = carrierRules(proxyAppOf(carrier).id)
    const image = imageOf(model, { iccid: line.iccid, isdKeys, accessRules })
    if (!memory.load().has('card/atr')) manufactureSecureElement(memory, image)
  })
  const { name: subscriber, birthDate } = fourInfo
  await world.carriers[carrier].subscribe({ ...line, subscriber: { name: subscriber, birthDate } })
}

async function openAccount(world: World, name: CitizenName): Promise<void> {
  const { bankCustomer, fourInfo } = CITIZENS[name]
  if (bankCustomer) await world.bank.addCustomer({ ...bankCustomer, displayName: fourInfo.name })
}
