// The main job's three uses as a citizen meets them: enrolment, login, tap.

import { utf8 } from '../src/base/bytes.ts'
import { generateKeyPair, privateKey, publicKey, sign, signPss, verify, verifyPss } from '../src/base/crypto.ts'
import { overall } from '../src/base/verdict.ts'
import { login as loginOf } from '../src/cases/main-job/steps.ts'
import { decodeCertificate } from '../src/codec/x509.ts'
import { CITIZENS } from '../src/world/people.ts'
import type { World } from '../src/world/world.ts'
import { airMs, CHIP, chipMs, type Exchange } from './air.ts'
import { enrollableWorld } from './enrolled-world.ts'
import { type Bench, must, repeated } from './harness.ts'

const message = utf8('what is signed')

function rsa() {
  const pair = generateKeyPair('RSA-2048')
  const [signing, verifying] = [privateKey(pair.privateKey), publicKey(pair.publicKey)]
  const signature = sign('RSA-SHA256', signing, message)
  return {
    sign: () => sign('RSA-SHA256', signing, message),
    signPss: () => signPss(signing, message),
    verify: (made = signature) => must(verify('RSA-SHA256', verifying, message, made), 'the signature'),
    verifyPss: (made: Uint8Array) => must(verifyPss(verifying, message, made), 'the signature'),
  }
}

/** Application, OCSP answer, proof of possession, certificate. */
const ENROLMENT_SIGNATURES = 4
/** Each of these once, and the path of the application's certificate and of the responder. */
const ENROLMENT_VERIFICATIONS = 6

export const enrolment: Bench = {
  name: 'enrolment',
  unit: 'one enrolment, from the card’s signature to the PIN that is set; the SIM’s RSA key pair was made before',
  floorIs: `its ${ENROLMENT_SIGNATURES} RSA-2048 signatures and ${ENROLMENT_VERIFICATIONS} verifications, and one round trip to the database`,
  batch: 1,
  prepare: async () => {
    const { world, enrol, remove } = await enrollableWorld()
    const { sign: signed, verify: verified } = rsa()
    const queue: number[] = []
    return {
      work: async (count) => {
        let spent = 0
        for (let i = 0; i < count; i++) {
          const { milliseconds, queueMs } = await enrol()
          spent += milliseconds
          queue.push(queueMs)
          await remove()
        }
        return spent
      },
      floor: repeated(async () => {
        for (let i = 0; i < ENROLMENT_SIGNATURES; i++) verified(signed())
        for (let i = ENROLMENT_SIGNATURES; i < ENROLMENT_VERIFICATIONS; i++) verified()
        await world.platform.database.pool.query('select 1')
      }),
      notes: () => [`of it ${middle(queue).toFixed(1)} ms from asking for the installation to the worker's first step`],
      end: () => world.close(),
    }
  },
}

const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0

export const login: Bench = {
  name: 'login',
  unit: 'one login at the bank: OpenID request, challenge, PIN, signature in the SIM, verdict, code, ID token',
  floorIs: 'one RSA-2048 signature and its verification',
  prepare: async () => {
    const { world, enrol } = await enrollableWorld()
    await enrol()
    const { sign: signed, verify: verified } = rsa()
    const once = async () => {
      const { checks } = await loginOf({ world, name: 'adult', sabotage: null })
      must(overall(checks) === 'passed', 'every check of the login')
    }
    return { work: repeated(once), floor: repeated(() => verified(signed())), end: () => world.close() }
  },
}

/** In fiscal 2015, terminal off line; seed 3 (2). */
const FISCAL_2015_MS = 3200
/** The card signs once, and checks the terminal's certificate and signature. */
const TAP_ON_CARD = { privateOperations: 1, publicOperations: 2 } as const

export const tap: Bench = {
  name: 'tap',
  unit: 'one PIN-less tap at the gate, terminal and SIM in this process, the ticket used up',
  floorIs: 'its two RSA-2048 signatures (terminal, card) and three verifications',
  prepare: async () => {
    const exchanges: Exchange[] = []
    const { world, enrol } = await enrollableWorld((_, command, response) => exchanges.push({ command, response }))
    await enrol()
    const holders = [{ serial: await phoneSerial(world), ticket: 'A-12' }]
    const { sign: signed, signPss: signedPss, verify: verified, verifyPss: verifiedPss } = rsa()
    const took: number[] = []
    let concert = 0
    const oneTap = async () => {
      // A ticket admits once, so each tap is at a concert of its own.
      const list = await world.verifier.allowList({ title: `concert ${concert++}`, validHours: 1, holders })
      await world.gate.loadAllowList(list)
      exchanges.length = 0
      const started = performance.now()
      const { admitted } = await world.gate.admit({ reader: 'adult-phone' })
      const spent = performance.now() - started
      must(admitted, 'the admission')
      took.push(spent)
      return spent
    }
    return {
      work: async (count) => {
        let spent = 0
        for (let i = 0; i < count; i++) spent += await oneTap()
        return spent
      },
      floor: repeated(() => {
        verified(signed())
        verifiedPss(signedPss())
        verified()
      }),
      notes: () => tapNotes(exchanges, middle(took)),
      end: () => world.close(),
    }
  },
}

async function phoneSerial(world: World): Promise<bigint> {
  const { certificates } = await world.citizens.adult.phone.certificates({ pin: CITIZENS.adult.phonePin })
  return decodeCertificate(certificates[0]!.certificate).serialNumber
}

function tapNotes(exchanges: readonly Exchange[], ourMs: number): string[] {
  const bytes = exchanges.reduce((sum, { command, response }) => sum + command.length + response.length, 0)
  const whole = (rate: 106 | 424) => {
    const air = airMs(exchanges, rate)
    const chip = chipMs(exchanges.length, TAP_ON_CARD)
    const sum = air + chip + ourMs
    const parts = `${air.toFixed(0)} air + ${chip.toFixed(0)} chip + ${ourMs.toFixed(0)} ours`
    return `${rate} kbit/s: ${sum.toFixed(0)} ms modelled (${parts}); fiscal 2015: ${FISCAL_2015_MS} ms`
  }
  return [
    `${exchanges.length} APDUs, ${bytes} bytes`,
    whole(106),
    whole(424),
    `assumed of the chip: ${CHIP.privateMs} ms for an RSA-2048 private operation, ${CHIP.publicMs} ms for a public one`,
  ]
}
