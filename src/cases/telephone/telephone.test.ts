// Seed 0 高橋②, end to end on real parts: the bank's clerk and the bank's machine that answers have a customer approve with the
// SIM, and the outcome comes back to the phone.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemEntropy } from '../../adapters/random.ts'
import { type TestDatabase, testDatabase } from '../../adapters/testing/index.ts'
import { authenticator } from '../../roles/phone/testing/authenticator.ts'
import { CLERKS } from '../../world/clerks.ts'
import { CITIZENS } from '../../world/people.ts'
import { temporaryWorld } from '../../world/temporary.ts'
import type { World } from '../../world/world.ts'
import { mainJob } from '../main-job/main-job.ts'
import { answerIvr, ivrSignature, SIGNATURE_HEADER } from './ivr.ts'

const { phonePin: pin, bankCustomer } = CITIZENS.adult
const { customerNumber } = bankCustomer
const USER_CODE = '24681'

let database: TestDatabase
let world: World
let session: string

beforeAll(async () => {
  database = await testDatabase()
  world = await temporaryWorld({ database })
  expect((await mainJob(world)).outcome).toBe('passed')
  const [{ clerkId, passcode, ...clerk }] = CLERKS.bank
  await world.bank.addClerk({ clerkId, passcode, ...clerk, parts: [...clerk.parts] })
  session = (await world.bank.signIn({ clerkId, passcode })).session
})
afterAll(async () => {
  await world.close()
  await database.close()
})

const phone = () => world.citizens.adult.phone
const asked = async () => (await phone().approvals({})).approvals.find(({ state }) => state === 'waiting')!

test('who has not let the phone be asked is never asked, and the clerk is told no more than that nobody answered', async () => {
  const { callId } = await world.bank.askCaller({
    ...{ session, customerNumber, caller: 'person' },
    procedure: { kind: 'balance' },
  })
  expect((await phone().approvals({})).approvals).toEqual([])
  expect(await world.bank.call({ session, callId })).toMatchObject({ state: 'waiting', customer: null })
})

test('a user code is not the PIN, and a wrong PIN lets nobody ask', async () => {
  await expect(phone().receiveApprovals({ pin, userCode: pin })).rejects.toMatchObject({ code: 'phone/userCodeIsPin' })
  const wrong = pin.replace(/^./, (digit) => String((Number(digit) + 1) % 10))
  await expect(phone().receiveApprovals({ pin: wrong })).rejects.toMatchObject({ code: 'phone/wrongPin' })
  await phone().receiveApprovals({ pin, userCode: USER_CODE })
  expect(await phone().approvalSettings({})).toEqual({ receiving: true, userCode: true })
})

test('call centre: the clerk sees nothing before the customer approves; the limit is changed once; the phone shows it', async () => {
  // The request of before, which nobody saw, is still open: this phone sees it now.
  const open = await asked()
  await phone().declineApproval({ requestId: open.requestId, unexpected: false })
  const procedure = { kind: 'limit', yen: 500_000 } as const
  const { callId } = await world.bank.askCaller({ session, customerNumber, caller: 'person', procedure })
  const { code, customer } = await world.bank.call({ session, callId })
  expect(customer).toBeNull()
  await expect(world.bank.finishCall({ session, callId, act: 'do' })).rejects.toMatchObject({
    code: 'service/notApproved',
  })
  const request = await asked()
  expect(request).toMatchObject({
    channel: 'telephone',
    caller: 'person',
    procedure: expect.stringContaining('500,000'),
  })
  const { verdict } = await phone().approve({ requestId: request.requestId, code: code!, pin })
  expect(verdict.outcome).toBe('passed')
  expect(await world.bank.call({ session, callId })).toMatchObject({
    state: 'approved',
    code: null,
    customer: { limit: null },
  })
  await world.bank.finishCall({ session, callId, act: 'do' })
  await expect(world.bank.finishCall({ session, callId, act: 'do' })).rejects.toMatchObject({
    code: 'service/notApproved',
  })
  expect((await world.bank.call({ session, callId })).customer?.limit).toBe(500_000)
  const [shown] = (await phone().approvals({})).approvals
  expect(shown).toMatchObject({
    state: 'approved',
    result: { outcome: 'completed', text: expect.stringContaining('限度額') },
  })
})

test('call centre: the wrong number ends it; the clerk is told that it was not approved', async () => {
  const { callId } = await world.bank.askCaller({
    ...{ session, customerNumber, caller: 'service' },
    procedure: { kind: 'balance' },
  })
  const { code } = await world.bank.call({ session, callId })
  const { requestId, choices } = await asked()
  const wrong = choices.find((choice) => choice !== code)!
  await expect(phone().approve({ requestId, code: wrong, pin })).rejects.toMatchObject({ code: 'verifier/otherNumber' })
  expect(await world.bank.call({ session, callId })).toMatchObject({ state: 'declined', customer: null })
  await expect(world.bank.call({ session: 'x'.repeat(32), callId })).rejects.toMatchObject({
    code: 'service/notSignedIn',
  })
})

test('call centre: a finger in place of the PIN approves one number and no other', async () => {
  const finger = authenticator('http://localhost:8080', systemEntropy)
  const released = finger.answer(await phone().askBiometric({ pin }))
  await phone().turnOnBiometric({ pin, origin: 'http://localhost:8080', publicKey: finger.publicKey, released })
  const procedure = { kind: 'balance' } as const
  const { callId } = await world.bank.askCaller({ session, customerNumber, caller: 'person', procedure })
  const code = (await world.bank.call({ session, callId })).code!
  const { requestId, choices, biometric: offered } = await asked()
  expect(offered).toBe(true)
  const wrong = choices.find((choice) => choice !== code)!
  const biometric = finger.answer(await phone().askBiometric({ approval: { requestId, code: wrong } }))
  const elsewhere = phone().approve({ requestId, code, biometric })
  await expect(elsewhere).rejects.toMatchObject({
    code: 'phone/biometricNotAccepted',
    detail: { because: 'challenge' },
  })
  const none = phone().askBiometric({ approval: { requestId, code: 'xx' } })
  await expect(none).rejects.toMatchObject({ code: 'phone/otherQuestion' })
  const right = finger.answer(await phone().askBiometric({ approval: { requestId, code } }))
  expect((await phone().approve({ requestId, code, biometric: right })).verdict.outcome).toBe('passed')
  expect(await world.bank.call({ session, callId })).toMatchObject({ state: 'approved' })
  await world.bank.finishCall({ session, callId, act: 'do' })
})

/** The voice platform's part. */
async function dial(form: Record<string, string>, change: { body?: string; at?: Date } = {}) {
  const { keys, clock } = world.platform
  const body = new URLSearchParams(form).toString()
  const headers = { [SIGNATURE_HEADER]: await ivrSignature(keys, body, change.at ?? clock()) }
  const request = new Request('http://bank/bank/ivr', { method: 'POST', headers, body: change.body ?? body })
  const answer = await answerIvr({ ...world.platform, bank: world.bank }, request)
  return { status: answer.status, said: await answer.text() }
}
const callIn = (said: string) => /expr="'([0-9a-f]{32})'"/.exec(said)?.[1] ?? ''

test('IVR: customer number and user code are dialled, the number is heard and chosen, the balance is told once', async () => {
  const begun = await dial({})
  expect(begun.said).toContain('<field name="customer"')
  const { said } = await dial({ customer: customerNumber, usercode: USER_CODE })
  const code = [...said.matchAll(/(\d)、<break/g)].map(([, digit]) => digit).join('')
  const call = callIn(said)
  expect((await dial({ call })).said).toContain('<submit')
  const request = await asked()
  expect(request).toMatchObject({ channel: 'ivr', procedure: expect.stringContaining('残高') })
  await phone().approve({ requestId: request.requestId, code, pin })
  const told = await dial({ call })
  expect(told.said).toContain(`${bankCustomer.balance}円`)
  expect((await dial({ call })).said).not.toContain(String(bankCustomer.balance))
  const [shown] = (await phone().approvals({})).approvals
  expect(shown!.result).toMatchObject({ outcome: 'completed' })
})

test('IVR: a wrong user code, nobody’s number: one sentence; an unsigned, changed or old request: nothing', async () => {
  const wrong = await dial({ customer: customerNumber, usercode: '99999' })
  expect(wrong.said).toContain('お調べできませんでした')
  expect(await dial({ customer: '999', usercode: USER_CODE })).toEqual(wrong)
  const old = new Date(world.platform.clock().getTime() - 6 * 60_000)
  for (const change of [{ body: 'customer=1' }, { at: old }])
    expect(await dial({ customer: customerNumber, usercode: USER_CODE }, change)).toEqual({ status: 401, said: '' })
})

test('a phone that is not asked any more is asked nothing', async () => {
  await phone().stopApprovals({})
  expect(await phone().approvalSettings({})).toEqual({ receiving: false, userCode: false })
  expect((await dial({ customer: customerNumber, usercode: USER_CODE })).said).toContain('お調べできませんでした')
})
