// One person of the mass enrolment: a card and a SIM of their own, a line, and the way from the card's signature to the PIN.

import { volatileMemory } from '../../../src/adapters/memory/index.ts'
import { systemEntropy } from '../../../src/adapters/random.ts'
import type { KeyPair } from '../../../src/base/crypto.ts'
import type { Session } from '../../../src/base/ports.ts'
import { createMyNumberCard, manufactureMyNumberCard } from '../../../src/roles/my-number-card/index.ts'
import type { Phone } from '../../../src/roles/phone/contract.ts'
import { createPhone } from '../../../src/roles/phone/index.ts'
import {
  createSecureElement,
  manufactureSecureElement,
  type SecureElement,
} from '../../../src/roles/secure-element/index.ts'
import { APPS } from '../../../src/world/apps.ts'
import { choosePin } from '../../../src/world/choose-pin.ts'
import { codeFrom } from '../../../src/world/codes.ts'
import { CITIZENS, KAZASU_CITY } from '../../../src/world/people.ts'
import { simImage, spareIccid } from '../../../src/world/sims.ts'
import { makeTerminal } from '../../../src/world/terminal.ts'
import { must } from '../../harness.ts'
import type { Site } from './site.ts'

export interface Person {
  readonly number: number
  readonly phone: Phone
  readonly iccid: string
  readonly msisdn: string
}

/** Of the card's two certificates, and of the SIM. */
export const PAIRS_EACH = 3

const { fourInfo, pin, password, phonePin, line } = CITIZENS.adult
const { simModel, deviceModel } = line

const power = (card: SecureElement): Session => ({
  transmit: async (command) => card.process(command),
  end: async () => card.reset(),
})

/** Everything that is there before somebody applies. */
export async function personOf(site: Site, number: number, pairs: readonly KeyPair[]): Promise<Person> {
  const residentId = `mass-${number}`
  const iccid = spareIccid(systemEntropy)
  const msisdn = `8190${String(number).padStart(8, '0')}`
  await site.register.register({ residentId, fourInfo, municipality: KAZASU_CITY, status: 'resident' })
  const card = await cardOf(site, residentId, number, pairs)
  const memory = volatileMemory()
  manufactureSecureElement(memory, await simImage(site.platform.keys, 'minato', { iccid, simModel }))
  const made = [pairs[2]!]
  const sim = createSecureElement({ memory, entropy: systemEntropy, keyPairs: () => made.pop()! })
  const { name, birthDate } = fourInfo
  await site.minato.subscribe({ msisdn, iccid, simModel, deviceModel, subscriber: { name, birthDate } })
  const phone = createPhone({
    ...site.platform,
    ...{ spTsm: site.spTsm, verifier: site.verifier, authority: site.authority, apps: APPS, makeTerminal },
    name: residentId,
    platform: 'kazasu-platform',
    model: deviceModel,
    line: { carrier: 'minato', msisdn, iccid },
    secureElement: async () => power(sim),
    cards: async () => power(card),
    services: () => {
      throw new Error('no service asks here')
    },
    store: site.phoneStore,
  })
  site.phones.set(iccid, phone)
  return { number, phone, iccid, msisdn }
}

async function cardOf(site: Site, residentId: string, number: number, pairs: readonly KeyPair[]) {
  const cas = await site.authority.caCertificates({})
  const key = async (kind: 'auth' | 'sign', { privateKey, publicKey }: KeyPair, secret: string) => {
    const request = { requestKey: `${residentId}-${kind}`, residentId, kind, publicKey }
    const { certificate } = await site.authority.issueForCard(request)
    return { privateKey, certificate, caCertificate: cas[kind], pin: secret }
  }
  const memory = volatileMemory()
  manufactureMyNumberCard(memory, {
    tokenSerial: `1399${String(number).padStart(12, '0')}`,
    auth: await key('auth', pairs[0]!, pin),
    sign: await key('sign', pairs[1]!, password),
    municipality: KAZASU_CITY.code,
    expiry: '20360412',
  })
  return createMyNumberCard({ memory, entropy: systemEntropy })
}

/** The parts of an enrolment, in their order, with the point at which each ends. */
export const PARTS = [
  ['application signed and checked', 'applied'],
  ['code of the SMS', 'approved'],
  ['waiting for a worker', 'before deploy'],
  ['domain and applet (carrier)', 'after deploy'],
  ['keys taken over', 'after takeKeys'],
  ['key pair asked for', 'after makeKeyPair'],
  ['certificate issued', 'after issue'],
  ['certificate written', 'after write'],
  ['PIN set by the holder', 'active'],
] as const

/** Milliseconds of each part. */
export async function enrol(site: Site, { phone, iccid, msisdn }: Person): Promise<number[]> {
  const at = new Map<string, number>()
  const { promise, resolve: written, reject: failed } = Promise.withResolvers<void>()
  const point = (name: string) => at.set(name, performance.now())
  return site.courses.run({ at, written, failed }, async () => {
    const begun = performance.now()
    await phone.apply({ card: 'own', password })
    point('applied')
    await phone.confirmCode({ code: await codeFrom(site.outbox, 'sms', msisdn) })
    point('approved')
    await phone.install({})
    await promise
    await choosePin(phone, phonePin)
    point('active')
    must((await phone.order({})).order?.state === 'active', 'that the order is active')
    site.phones.delete(iccid)
    const times = [begun, ...PARTS.map(([, end]) => at.get(end) ?? Number.NaN)]
    return PARTS.map((_, i) => times[i + 1]! - times[i]!)
  })
}
