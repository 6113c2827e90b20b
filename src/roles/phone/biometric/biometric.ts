// A finger or a face in place of typing the PIN. The PIN lies here sealed with a key that only the platform authenticator of this
// handset gives, and only to the person whom it recognises; opened, it goes to the SIM as if it had been typed, and what the SIM
// signs says so. Seed 1, Option 2. Ours: docs/profile.md#fingerprint-or-face.

import { type Bytes, concat, fromUtf8, hex, utf8 } from '../../../base/bytes.ts'
import { hmacSha256, seal, unseal } from '../../../base/crypto.ts'
import type { Clock, Entropy } from '../../../base/ports.ts'
import { Refusal } from '../../../base/refusal.ts'
import * as jpki from '../../../protocol/jpki-ap/index.ts'
import { challengeIn, counterIn, type Expected, judgeAssertion } from '../../../protocol/webauthn/assertion.ts'
import { stateOfApplet, type UiApp } from '../applet.ts'
import type { Phone } from '../contract.ts'
import { no } from '../refusals.ts'
import type { Slot } from '../slot.ts'
import type { PhoneStore } from '../store.ts'
import type { Challenges } from './challenges.ts'
import type { Released } from './contract.ts'
import type { Biometric } from './store.ts'

export interface BiometricDeps {
  readonly name: string
  readonly slot: Slot
  readonly inApplet: UiApp
  readonly clock: Clock
  readonly entropy: Entropy
  readonly store: PhoneStore
  readonly challenges: Challenges
}

/** The PIN as it was typed, or what the platform authenticator answered in its place. */
export interface OwnersWord {
  readonly pin?: string | undefined
  readonly biometric?: Released | undefined
}

const MOST_FAILURES = 3

type BiometricVerbs = 'biometric' | 'turnOnBiometric' | 'turnOffBiometric' | 'biometricRefused'

export const biometricVerbs = (deps: BiometricDeps): Pick<Phone, BiometricVerbs> => ({
  biometric: async () => ({ state: stateOf(await kept(deps)) }),
  turnOnBiometric: turnOn(deps),
  turnOffBiometric: async () => forget(deps),
  biometricRefused: async () => {
    const { name, slot, store } = deps
    await store.biometric.failed(name, (await slot.sim()).iccid)
    return { state: stateOf(await kept(deps)) }
  },
})

const kept = async ({ name, slot, store }: BiometricDeps) => store.biometric.of(name, (await slot.sim()).iccid)

const stateOf = (one: Biometric | null) => (one === null ? 'off' : one.failures < MOST_FAILURES ? 'on' : 'paused')

/** The sealed PIN is of no use any more: another PIN, another certificate, or none. */
export async function forget({ name, slot, store }: Pick<BiometricDeps, 'name' | 'slot' | 'store'>) {
  await store.biometric.forget(name, (await slot.sim()).iccid)
  return {}
}

/** After these there is another PIN or another certificate, or its owner wants nobody to use this one. */
const ENDING = ['install', 'setPin', 'changePin', 'resetPin', 'takeOver', 'stop', 'remove'] as const

/** The phone whose sealed PIN ends with the PIN. */
export function forgetting(deps: Pick<BiometricDeps, 'name' | 'slot' | 'store'>, phone: Phone): Phone {
  const ending = ENDING.map((verb) => {
    const act = phone[verb] as (input: unknown) => Promise<unknown>
    const acted = async (input: unknown) => {
      const done = await act(input)
      await forget(deps)
      return done
    }
    return [verb, acted] as const
  })
  return { ...phone, ...Object.fromEntries(ending) }
}

/** What the authenticator answers when it is turned on. */
const turningOn = async ({ name, slot }: BiometricDeps): Promise<Bytes> =>
  utf8(['kazasu biometric 1', name, (await slot.sim()).iccid].join('\n'))

/** For a statement that the SIM will sign, or to be turned on. */
export async function askFor(deps: BiometricDeps, statement?: Bytes) {
  const { challenges, entropy } = deps
  if (statement === undefined) {
    const salt = entropy(32)
    return { challenge: challenges.ask(await turningOn(deps), salt), salt, credentialId: null }
  }
  const { salt, credentialId } = await usable(deps)
  return { challenge: challenges.ask(statement, salt), salt, credentialId }
}

/** The last try of the PIN is its owner's: what is kept here may be a PIN of before. */
async function usable(deps: BiometricDeps): Promise<Biometric> {
  const one = await kept(deps)
  if (!one) throw no.biometricOff()
  if (stateOf(one) === 'paused') throw no.biometricPaused()
  const applet = await stateOfApplet(deps.inApplet)
  if (!applet) throw no.nothingInstalled()
  if (applet.pinTriesLeft < 2) throw no.biometricPinFirst()
  return one
}

const turnOn =
  (deps: BiometricDeps): Phone['turnOnBiometric'] =>
  async ({ pin, origin, publicKey, released }) => {
    const { name, slot, inApplet, entropy, store, challenges } = deps
    const asked = challenges.take(challengeIn(released), await turningOn(deps))
    const { credentialId } = released
    if (!asked) throw no.biometricNotAccepted({ because: 'challenge' })
    mustHold(released, { origin, publicKey, credentialId, challenge: asked.challenge, counter: 0 })
    await inApplet(jpki.verifyPin('auth', pin))
    const { iccid } = await slot.sim()
    const label = labelOf(deps, iccid, { credentialId, origin })
    const sealedPin = seal(sealingKey(released.key), utf8(pin), label, entropy)
    const counted = { counter: counterIn(released), failures: 0 }
    await store.biometric.save(name, iccid, {
      credentialId,
      publicKey,
      origin,
      salt: asked.salt,
      sealedPin,
      ...counted,
    })
    return {}
  }

/** RFC 5869 §2.3, one block: the PRF gives octets that are as good as an extracted key. */
const sealingKey = (prf: Bytes): Bytes => hmacSha256(prf, concat(utf8('kazasu biometric pin 1'), Uint8Array.of(1)))

/** A sealed PIN of another phone, SIM, screen or credential does not open. */
const labelOf = (
  { name }: BiometricDeps,
  iccid: string,
  { credentialId, origin }: Pick<Biometric, 'credentialId' | 'origin'>,
) => utf8(['kazasu biometric pin 1', name, iccid, origin, hex(credentialId)].join('\n'))

function mustHold(released: Released, expected: Expected): void {
  if (released.key.length !== 32) throw no.biometricNotAccepted({ because: 'key' })
  const wrong = judgeAssertion(released, expected).checks.find(({ outcome }) => outcome !== 'passed')
  if (wrong) throw no.biometricNotAccepted({ because: wrong.name })
}

/**
 * Does what needs the PIN, with the PIN as it was typed or as a finger or a face releases it for this statement. A PIN that the SIM
 * does not take was changed elsewhere: it is thrown away, so that it costs one try and no more.
 */
export async function withPin<T>(
  deps: BiometricDeps,
  { pin, biometric }: OwnersWord,
  statement: Bytes,
  act: (pin: string) => Promise<T>,
): Promise<T> {
  const { iccid } = await deps.slot.sim()
  const records = deps.store.biometric
  if (!biometric) {
    if (pin === undefined) throw no.biometricOff()
    const done = await act(pin)
    await records.recovered(deps.name, iccid)
    return done
  }
  const released = await counting(deps, iccid, () => openSealed(deps, iccid, biometric, statement))
  try {
    return await act(released)
  } catch (error) {
    if (!(error instanceof Refusal) || !USELESS.includes(error.code)) throw error
    await forget(deps)
    throw no.biometricStale({}, error)
  }
}

const USELESS: readonly string[] = [no.wrongPin, no.pinBlocked].map((refusal) => refusal().code)

/** What does not hold counts as a finger that is not recognised; a counter that ran back is a copy of the authenticator. */
async function counting<T>(deps: BiometricDeps, iccid: string, act: () => Promise<T>): Promise<T> {
  const records = deps.store.biometric
  try {
    const done = await act()
    await records.recovered(deps.name, iccid)
    return done
  } catch (error) {
    if (error instanceof Refusal && error.code === no.biometricNotAccepted().code) {
      await records.failed(deps.name, iccid)
      if (error.detail.because === 'counter') await records.forget(deps.name, iccid)
    }
    throw error
  }
}

async function openSealed(deps: BiometricDeps, iccid: string, released: Released, statement: Bytes): Promise<string> {
  const one = await usable(deps)
  const asked = deps.challenges.take(challengeIn(released), statement)
  if (!asked) throw no.biometricNotAccepted({ because: 'challenge' })
  mustHold(released, { ...one, challenge: asked.challenge })
  if (!(await deps.store.biometric.counted(deps.name, iccid, counterIn(released))))
    throw no.biometricNotAccepted({ because: 'counter' })
  try {
    return fromUtf8(unseal(sealingKey(released.key), one.sealedPin, labelOf(deps, iccid, one)))
  } catch (cause) {
    throw no.biometricNotAccepted({ because: 'key' }, cause)
  }
}
