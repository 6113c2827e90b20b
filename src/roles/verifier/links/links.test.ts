// Service ids: two services can put nothing together about a person who has not agreed; with consent the two can, and nobody else. Seed 0 木村.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type WatchedRoom, watchedRoom } from '../../../world/testing/watched-room.ts'
import type { Holder } from '../../authority/parties/specimen.ts'

const HOSPITAL = 'aoba-hospital'
const SCHOOL = 'kazasu-school'
const INSURER = 'midori-insurance'
const DAY_MS = 86_400_000
const PURPOSE = '健診の結果を学校の記録と合わせます / Check-ups beside the school’s record'
let room: WatchedRoom
let who: Holder
const subjects: Record<string, string> = {}

beforeAll(async () => {
  room = await watchedRoom()
  for (const clientId of [HOSPITAL, SCHOOL, INSURER]) await room.service(clientId)
})
afterAll(() => room.close())
beforeEach(async () => {
  room.pass(1000)
  who = await room.holder()
  for (const clientId of [HOSPITAL, SCHOOL, INSURER]) subjects[clientId] = await room.logIn(clientId, who)
})

const customer = (clientId: string) => ({ clientId, subject: subjects[clientId]! })
const idOf = async (clientId: string, other: string) =>
  (await room.verifier.serviceId({ ...customer(clientId), with: other })).serviceId
const ask = () => room.verifier.askLink({ ...customer(HOSPITAL), with: SCHOOL, purpose: PURPOSE, days: 90 })
const agree = async (by = who) => {
  const { requestId } = await ask()
  return room.verifier.answerLink({ ...room.own(by, `link ${requestId}`), requestId })
}

test('without consent: every service has another name for the person, no id for anybody, and asking tells nothing', async () => {
  expect(new Set(Object.values(subjects)).size).toBe(3)
  for (const [one, other] of [
    [HOSPITAL, SCHOOL],
    [SCHOOL, HOSPITAL],
    [HOSPITAL, INSURER],
  ] as const)
    expect(await idOf(one, other)).toBeNull()
  // Whether the person has ever been at the other service shows in nothing.
  const stranger = await room.holder()
  subjects[HOSPITAL] = await room.logIn(HOSPITAL, stranger)
  const { requestId: _, code: __, ...asked } = await ask()
  const at = room.made.clock.now
  expect(asked).toEqual({
    ...{ state: 'waiting', purpose: PURPOSE, expiresAt: new Date(at.getTime() + 180_000) },
    until: new Date(at.getTime() + 90 * DAY_MS),
    asker: { clientId: HOSPITAL, name: expect.stringContaining(HOSPITAL) },
    with: { clientId: SCHOOL, name: expect.stringContaining(SCHOOL) },
  })
  expect(await idOf(HOSPITAL, SCHOOL)).toBeNull()
  // A subject of one service is nobody at another.
  const foreign = { clientId: INSURER, subject: subjects[SCHOOL]! }
  const asking = room.verifier.askLink({ ...foreign, with: HOSPITAL, purpose: PURPOSE, days: 90 })
  await expect(asking).rejects.toMatchObject({ code: 'verifier/unknownSubject' })
  expect((await room.verifier.serviceId({ ...foreign, with: SCHOOL })).serviceId).toBeNull()
})

test('with consent: one id for the two, by which each finds its own customer; a third finds nobody', async () => {
  expect((await agree()).state).toBe('given')
  const id = await idOf(HOSPITAL, SCHOOL)
  expect(id).toMatch(/^[0-9a-f]{32}$/)
  expect(await idOf(SCHOOL, HOSPITAL)).toBe(id)
  const means = async (clientId: string) => (await room.verifier.customerOfId({ clientId, serviceId: id! })).customer
  const until = new Date(room.made.clock.now.getTime() + 90 * DAY_MS)
  const both = { purpose: PURPOSE, until, keys: [expect.objectContaining({ kty: 'EC' })], jwksUri: null }
  expect(await means(SCHOOL)).toEqual({ ...both, subject: subjects[SCHOOL], with: HOSPITAL })
  expect(await means(HOSPITAL)).toEqual({ ...both, subject: subjects[HOSPITAL], with: SCHOOL })
  expect(await means(INSURER)).toBeNull()
  expect(await idOf(INSURER, HOSPITAL)).toBeNull()
  expect(await idOf(HOSPITAL, INSURER)).toBeNull()
  const { links } = await room.verifier.ownRecords(room.own(who, 'show'))
  expect(links.map(({ serviceId, services }) => [serviceId, services.map(({ clientId }) => clientId)])).toEqual([
    [id, [HOSPITAL, SCHOOL]],
  ])
  for (const subject of Object.values(subjects)) expect(room.logged.join()).not.toContain(subject)
})

test('taken back it means nobody at once, leaves nothing behind, and comes back as another id', async () => {
  await agree()
  const id = (await idOf(HOSPITAL, SCHOOL))!
  const other = await room.holder()
  const untie = (by: Holder) => room.verifier.unlinkOwn({ ...room.own(by, `unlink ${id}`), serviceId: id })
  await expect(untie(other)).rejects.toMatchObject({ code: 'verifier/unknownLink' })
  await untie(who)
  expect([await idOf(HOSPITAL, SCHOOL), await idOf(SCHOOL, HOSPITAL)]).toEqual([null, null])
  expect(await room.verifier.customerOfId({ clientId: SCHOOL, serviceId: id })).toEqual({ customer: null })
  const rows = room.db
    .selectFrom('service_link_member' as never)
    .selectAll()
    .where('service_id' as never, '=', id as never)
  expect(await rows.execute()).toEqual([])
  await agree()
  expect(await idOf(HOSPITAL, SCHOOL)).not.toBe(id)
})

test('by nobody else, not for another request, not twice, not late: nothing is tied', async () => {
  const { requestId } = await ask()
  const other = await room.holder()
  const answer = (by: Holder, wanted = `link ${requestId}` as const) =>
    room.verifier.answerLink({ ...room.own(by, wanted), requestId })
  await expect(answer(other)).rejects.toMatchObject({ code: 'verifier/otherPerson' })
  const second = await ask()
  const wrong = room.verifier.answerLink({ ...room.own(who, `link ${second.requestId}`), requestId })
  await expect(wrong).rejects.toMatchObject({ code: 'verifier/ownSignatureWrong' })
  await room.verifier.declineRequest({ requestId })
  await expect(answer(who)).rejects.toMatchObject({ code: 'verifier/questionOver' })
  room.pass(181_000)
  const late = room.verifier.answerLink({ ...room.own(who, `link ${second.requestId}`), requestId: second.requestId })
  await expect(late).rejects.toMatchObject({ code: 'verifier/questionOver' })
  expect(await idOf(HOSPITAL, SCHOOL)).toBeNull()
  const itself = room.verifier.askLink({ ...customer(HOSPITAL), with: HOSPITAL, purpose: PURPOSE, days: 90 })
  await expect(itself).rejects.toMatchObject({ code: 'verifier/unknownClient' })
})

test('agreed to twice at once it counts once; of a service that is gone nobody is told', async () => {
  const { requestId } = await ask()
  const twice = [1, 2].map(() =>
    room.verifier.answerLink({ ...room.own(who, `link ${requestId}`), requestId }).then(() => 'given'),
  )
  const ends = (await Promise.allSettled(twice)).map((one) =>
    one.status === 'fulfilled' ? one.value : one.reason.code,
  )
  expect(ends.sort()).toEqual(['given', 'verifier/questionOver'])
  const serviceId = (await idOf(HOSPITAL, SCHOOL))!
  await room.db
    .deleteFrom('client' as never)
    .where('client_id' as never, '=', SCHOOL as never)
    .execute()
  expect(await idOf(HOSPITAL, SCHOOL)).toBeNull()
  expect(await room.verifier.customerOfId({ clientId: HOSPITAL, serviceId })).toEqual({ customer: null })
  await room.service(SCHOOL)
  expect(await idOf(HOSPITAL, SCHOOL)).toBe(serviceId)
})
