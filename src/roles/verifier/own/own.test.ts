// The person's own page at the platform: everything that a service had to do with the person, page by page, for a year, to nobody else.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { systemEntropy } from '../../../adapters/random.ts'
import { hex, utf8 } from '../../../base/bytes.ts'
import { privateKey, sign } from '../../../base/crypto.ts'
import { decodeCertificate } from '../../../codec/x509.ts'
import { prepare } from '../../../protocol/ades/index.ts'
import { type WatchedRoom, watchedRoom } from '../../../world/testing/watched-room.ts'
import type { Certified, Holder } from '../../authority/parties/specimen.ts'
import { FOUR_INFO } from '../../authority/test-authority.ts'
import { ask, personByHint } from '../approvals/ask.ts'
import { approvalPhone } from '../testing/phone.ts'

const BANK = 'hinata-bank'
const CITY = 'kazasu-city'
const DAY_MS = 86_400_000
let room: WatchedRoom
let who: Holder

beforeAll(async () => {
  room = await watchedRoom()
  for (const clientId of [BANK, CITY]) await room.service(clientId)
})
afterAll(() => room.close())
beforeEach(async () => {
  room.pass(1000)
  who = await room.holder()
})

const records = (by = who) => room.verifier.ownRecords(room.own(by, 'show'))
const keyOf = ({ certificate, pair }: Certified) => ({ certificate, key: privateKey(pair.privateKey) }) as never

/** Asked by telephone; the number that is spoken. */
async function call(subject: string) {
  const { deps, made } = room
  const client = (await deps.store.client(BANK))!
  const personId = await personByHint(deps, client, subject)
  const expiresAt = new Date(made.clock.now.getTime() + 120_000)
  const of = { client, personId, expiresAt, authReqId: hex(systemEntropy(16)), notificationToken: null, acrValues: [] }
  const asked = await ask(deps, { ...of, procedure: '口座をとめます', channel: 'telephone', caller: 'person' })
  return (asked as { code: string }).code
}

async function signDocument() {
  const document = utf8(`契約 ${FOUR_INFO.name}`)
  const asked = { clientId: BANK, title: FOUR_INFO.name, format: 'CAdES', level: 'B-B', document } as const
  const { requestId } = await room.verifier.askSignature(asked)
  const { certificate, pair } = who.sign
  const signingTime = room.made.clock.now
  const of = { format: 'CAdES', document, algorithm: 'RSA-SHA256', signingTime } as const
  const { toBeSigned } = prepare({ ...of, certificate: decodeCertificate(certificate) })
  const signature = sign('RSA-SHA256', privateKey(pair.privateKey), toBeSigned)
  await room.verifier.answerSignature({ requestId, certificate, signingTime, signature })
}

test('nobody has had to do with this person: every list is empty, and there is no next page', async () => {
  const { pass, ...empty } = await records()
  expect(empty).toEqual({ consents: [], ended: [], links: [], mandates: [], mandateUses: [], uses: [], next: null })
  expect((await room.verifier.ownUses({ pass, before: '9' })).uses).toEqual([])
})

test('logins, approvals with a yes and a no, signatures, facts that were told: when, to whom, by which means; and none of their contents', async () => {
  const subject = await room.logIn(BANK, who)
  const phone = await approvalPhone(room.verifier, keyOf(who.auth), systemEntropy, room.made.clock.now)
  const code = await call(subject)
  await phone.approve((await phone.asked())[0]!, code)
  await call(subject)
  const [second] = await phone.asked()
  await room.verifier.declineApproval({ token: phone.token, requestId: second!.requestId, unexpected: false })
  await signDocument()
  await room.consent(BANK, subject, who, ['address'])
  room.pass(DAY_MS)
  await room.verifier.latestFacts({ clientId: BANK, subject })
  await room.move(who)
  await room.issue(who.residentId, 'sign')
  await room.verifier.latestFacts({ clientId: BANK, subject })

  const { uses, consents } = await records()
  const card = 'urn:kazasu:acr:card-pin'
  const shown = uses.map(({ clientId, kind, outcome, acr, way, device, items }) =>
    [clientId, kind, outcome, acr, way, device, items.join()].map(String).join(' '),
  )
  expect(shown).toEqual([
    `${BANK} facts done null null null address`,
    `${BANK} facts done null null null `,
    `${BANK} signature done ${card} null card `,
    `${BANK} approval declined null null null `,
    `${BANK} approval done ${card} null asking `,
    `${BANK} login done ${card} same-device asking `,
  ])
  expect(uses[0]).toMatchObject({ clientName: `サービス ${BANK} / Service ${BANK}`, at: room.made.clock.now })
  expect(consents).toMatchObject([{ clientId: BANK, items: ['address'] }])
  const rows = JSON.stringify(await room.db.selectFrom('login_note').selectAll().execute(), (_, value) =>
    typeof value === 'bigint' ? String(value) : value,
  )
  for (const fact of [FOUR_INFO.name, FOUR_INFO.address, '契約', '口座']) expect(rows).not.toContain(fact)
})

test('what was taken back is shown as ended; a renewed certificate reads the same page', async () => {
  const subject = await room.logIn(BANK, who)
  await room.consent(BANK, subject, who)
  const { consentId } = (await records()).consents[0]!
  room.pass(1000)
  await room.verifier.withdrawOwn({ ...room.own(who, `withdraw ${consentId}`), consentId })
  const { consents, ended } = await records()
  expect(consents).toEqual([])
  expect(ended).toMatchObject([{ consentId, endedAt: room.made.clock.now }])
  room.pass(367 * DAY_MS)
  expect((await records()).ended).toEqual([])
})

test('many pages, each once and the newest first; by the pass alone, in time, and only the own ones', async () => {
  const begun = room.made.clock.now.getTime()
  const at = (n: number) => new Date(begun + n)
  const personId = await personWithoutNotes()
  for (let n = 0; n < 45; n++) await room.deps.store.own.noteFacts(n % 2 ? BANK : CITY, personId, [], at(n))
  const { uses, next, pass } = await records()
  const read = [...uses]
  let before = next
  let pages = 1
  for (; before !== null; pages++) {
    const page = await room.verifier.ownUses({ pass, before })
    read.push(...page.uses)
    before = page.next
  }
  expect(pages).toBe(5)
  expect(read.map((use) => use.at.getTime())).toEqual(Array.from({ length: 45 }, (_, n) => at(44 - n).getTime()))
  const rest = await room.verifier.ownUses({ pass, before: next!, most: 500 })
  expect([rest.uses.length, rest.next]).toEqual([35, null])

  const other = await records(await room.holder())
  expect((await room.verifier.ownUses({ pass: other.pass, before: next!, most: 500 })).uses).toEqual([])
  const over = { code: 'verifier/ownPassOver' }
  for (const wrong of [`${pass.slice(0, -4)}AAAA`, '', 'x'])
    await expect(room.verifier.ownUses({ pass: wrong, before: next! })).rejects.toMatchObject(over)
  room.pass(600_001)
  await expect(room.verifier.ownUses({ pass, before: next! })).rejects.toMatchObject(over)
})

async function personWithoutNotes() {
  const subject = await room.logIn(CITY, who)
  const id = (await room.deps.store.consents.personOfSubject(CITY, subject))!
  await room.db.deleteFrom('login_note').where('person_id', '=', id).execute()
  return id
}
