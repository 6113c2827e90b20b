// The six steps of the main job, each through the contracts of the roles that do it.

import { Refusal } from '../../base/refusal.ts'
import type { CheckResult, Outcome } from '../../base/verdict.ts'
import type { Order } from '../../roles/sp-tsm/contract.ts'
import { choosePin } from '../../world/choose-pin.ts'
import { approveBySms } from '../../world/codes.ts'
import { CITIZENS, GATE } from '../../world/people.ts'
import { Browser } from './browser.ts'
import type { Job, StepResult } from './main-job.ts'

const WAIT_MS = 60_000
const POLL_MS = 50

const check = (name: string, cite: string, outcome: Outcome, evidence: string): CheckResult => ({
  name,
  cite,
  outcome,
  evidence,
})
const holds = (yes: boolean): Outcome => (yes ? 'passed' : 'failed')

/** Refusals of the phone and the card belong to step 1; what J-LIS's side refuses is step 2's. */
export async function applied(job: Job): Promise<StepResult> {
  const { phone, card } = job.world.citizens[job.name]
  if (job.sabotage === 'revoked-card') await revokeSignCertificate(job)
  const password = CITIZENS[job.name].password ?? ''
  job.world.verdicts.clear()
  try {
    await phone.apply({ card, password })
    job.order = await approveBySms(job.world, job.name)
  } catch (error) {
    if (!(error instanceof Refusal) || /^(phone|card)\//.test(error.code)) throw error
    job.refusal = error
  }
  const sent = check(
    'the application was signed by the card',
    'RFC 5652 §5.4',
    'passed',
    'CMS SignedData, RSA-2048, SHA-256',
  )
  const facts = ['the 署名用 key of the My Number Card signed which SIM, line and phone it is for']
  if (job.order) facts.push('the code that came by SMS to this line approved it')
  return { facts, checks: [sent] }
}

async function revokeSignCertificate({ world, name }: Job): Promise<void> {
  const serial = await world.signSerialOf(name)
  await world.authority.revoke({ kind: 'sign', serial, reason: 'keyCompromise', requestedBy: 'operator' })
}

export async function checked(job: Job): Promise<StepResult> {
  const verdict = job.world.verdicts.last('signature')
  // An application that came through although nobody verified it must not look like one that passed.
  const checks = verdict?.checks ?? [
    check('the signature was verified', 'seed 4 (3)②', 'failed', 'the verifier was not asked'),
  ]
  if (job.refusal) return { facts: [], checks, refusal: job.refusal }
  const eligible = check(
    'line, SIM and phone can have the service',
    'seed 4 (3)⑥',
    holds(job.order?.state === 'accepted'),
    `order is ${job.order?.state}`,
  )
  return {
    facts: ['signature, revocation, link, line, SIM and phone were checked; nothing was sent yet'],
    checks: [...checks, eligible],
  }
}

export async function deployed(job: Job): Promise<StepResult> {
  const { phone } = job.world.citizens[job.name]
  await phone.install({})
  const order = await until(job, ({ done }) => done >= 2)
  return {
    facts: ['through the TSM proxy of the phone: security domain, first keys, load file, applet instance'],
    checks: [
      check(
        'security domain and applet are in the SIM',
        'GPC v2.3.1 §9.3',
        holds(order.done >= 2),
        `order is ${order.state}`,
      ),
    ],
  }
}

export async function personalised(job: Job): Promise<StepResult> {
  const { phone } = job.world.citizens[job.name]
  const { phonePin } = CITIZENS[job.name]
  await until(job, ({ state }) => state === 'written')
  await choosePin(phone, phonePin)
  const order = await until(job, ({ state }) => state === 'active')
  const { certificates } = await phone.certificates({ pin: phonePin })
  const [own] = certificates
  const same = own !== undefined && own.serial === order.serial
  job.serial = own?.serial
  const verdict = own ? (await job.world.verifier.verifyCertificate({ certificate: own.certificate })).verdict : null
  return {
    facts: [
      'J-LIS replaced the carrier’s keys; the SIM made the key pair and proved that it has it',
      'certificate and transport PIN went in under SCP03 and under J-LIS’s own encryption; the holder set the PIN',
    ],
    checks: [
      check(
        'the certificate in the SIM is the one that was issued',
        'seed 4 (3)②',
        holds(same),
        `serial ${own?.serial}`,
      ),
      ...(verdict?.checks ?? []),
    ],
  }
}

export async function login(job: Job): Promise<StepResult> {
  const { world, name, sabotage } = job
  const { phone } = world.citizens[name]
  const browser = new Browser()
  const { session: begun, location } = await world.bank.startLogin({})
  const page = await browser.follow(location, (url) => url.pathname.startsWith('/login/'))
  const loginId = page.pathname.slice('/login/'.length)
  const pin = sabotage === 'wrong-pin' ? '0000' : CITIZENS[name].phonePin
  const { verdict, release } = await phone.approveLogin({ loginId, pin })
  if (verdict.outcome !== 'passed') return { facts: ['the verifier refused the login'], checks: verdict.checks }
  const finish = `${world.origin}/verifier/interaction/${page.searchParams.get('uid')}/finish?release=${release}`
  const callback = await browser.follow(finish, (url) => url.pathname === '/bank/callback')
  const { session, recognised, acr } = await world.bank.finishLogin({ session: begun, callback: callback.href })
  const customer = CITIZENS[name].bankCustomer
  if (!recognised && customer) await world.bank.linkCustomer({ session, ...pick(customer) })
  const { customer: linked } = await world.bank.account({ session })
  const knows = check(
    'the bank knows its customer',
    'OpenID Core §3.1.3.7',
    holds(linked !== null),
    `acr ${acr}, ${recognised ? 'recognised' : 'linked now'}`,
  )
  return {
    facts: ['code flow with PKCE and private_key_jwt; the subject is known to this bank only'],
    checks: [...verdict.checks, knows],
  }
}

const pick = ({ customerNumber, passcode }: { customerNumber: string; passcode: string }) => ({
  customerNumber,
  passcode,
})

export async function admit(job: Job): Promise<StepResult> {
  const { world, name, sabotage } = job
  const holders =
    sabotage === 'gate-list' || job.serial === undefined ? [] : [{ serial: job.serial, ticket: CITIZENS[name].ticket }]
  await world.gate.prepare({})
  await world.gate.loadAllowList(await world.verifier.allowList({ title: GATE.title, validHours: 24, holders }))
  const reader = sabotage === 'cloned-sim' ? await world.cloneWithoutKey(`${name}-phone`) : `${name}-phone`
  const { verdict, apdus, bytesOnAir, milliseconds } = await world.gate.admit({ reader })
  return {
    facts: [
      `${apdus} APDUs, ${bytesOnAir} bytes on the air, ${Math.round(milliseconds)} ms in software; no network, no PIN`,
    ],
    checks: verdict.checks,
  }
}

/** Waits for the order; throws the refusal for which it is being undone. */
async function until({ world, name }: Job, reached: (order: Order) => boolean): Promise<Order> {
  const deadline = performance.now() + WAIT_MS
  for (;;) {
    const { order } = await world.citizens[name].phone.order({})
    if (order?.refusal) throw new Refusal(order.refusal, 409, 'the order was refused and undone')
    if (order && reached(order)) return order
    if (performance.now() > deadline) throw new Error(`the order stayed ${order?.state}`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}
