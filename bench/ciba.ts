// Decoupled approvals by CIBA (FAPI: signed requests, bound tokens) against a platform with PostgreSQL: request, what the phone
// shows, its answer, the service comes for its tokens, at once (poll) or told that it may (ping). The person's own signature is
// made while the clock stands.

import { systemEntropy } from '../src/adapters/random.ts'
import { postgresBinaries } from '../src/adapters/testing/postgres-server.ts'
import { base64url, utf8 } from '../src/base/bytes.ts'
import { sha256, sign } from '../src/base/crypto.ts'
import { approvalMessage } from '../src/protocol/login/approval-message.ts'
import { verifierStore } from '../src/roles/verifier/index.ts'
import { type Bench, must, type Prepared } from './harness.ts'
import { signatureOf, tokenSigning } from './openid.ts'
import { type AskedApproval, openIdLoad } from './openid-load.ts'
import { IN_FLIGHT, lanes, openIdPlatform, type Platform, SERVICES } from './openid-platform.ts'
import { NOTIFICATION_TOKEN, type PingReceiver, pingReceiver } from './ping-receiver.ts'

/** Each is asked once at a time. */
const PEOPLE = 32
/** Until compilers have done their work. */
const WARM_UP = 2048

const ofCustomers = (name: string, customers: number, mode: 'poll' | 'ping'): Bench => ({
  name,
  unit: `one decoupled approval of ${customers.toLocaleString('en')} people at ${SERVICES} services (${mode}): request to tokens, without the person's signature`,
  floorIs: 'one signature (ES256) of an ID token, as many in flight',
  batch: PEOPLE,
  missing: () => (postgresBinaries() ? undefined : 'no PostgreSQL server'),
  prepare: async () => prepare(customers, mode === 'ping' ? await pingReceiver() : undefined),
})

export const cibaBenches: readonly Bench[] = [
  ofCustomers('ciba-1k', 1_000, 'poll'),
  ofCustomers('ciba-ping', 1_000, 'ping'),
  ofCustomers('ciba-1m', 1_000_000, 'poll'),
]

async function prepare(customers: number, pinged?: PingReceiver): Promise<Prepared> {
  const ciba = { perMinute: 1_000_000, ...(pinged && { notificationEndpoint: pinged.url }) }
  const platform = await openIdPlatform(customers, { client: { ciba } })
  const notified = pinged ? { client_notification_token: NOTIFICATION_TOKEN } : {}
  const { address, services, key, spent, db } = platform
  const load = openIdLoad(address, IN_FLIGHT, systemEntropy)
  const people = await withPhones(platform, load)
  /** Each person once. */
  const once = async (count: number): Promise<number> => {
    // The same few people again and again: their pace is not what is measured.
    for (const table of ['approval_pace', 'approval', 'request_count']) await db.deleteFrom(table as never).execute()
    const waiting: AskedApproval[] = new Array(count)
    const first = await spent.during(count, () =>
      lanes(count, async (at) => {
        waiting[at] = await load.ask(services[at]!, people[at]!.subject, people[at]!.token, notified)
      }),
    )
    const signed = waiting.map(({ shown, code }, at) => {
      const message = approvalMessage({ ...shown, code, nonce: Buffer.from(shown.nonce, 'base64url') })
      return { certificate: people[at]!.certificate, signature: base64url(sign('RSA-SHA256', key, message)) }
    })
    const approve = (at: number) => {
      const told = pinged?.told(waiting[at]!.authReqId)
      return load.approve(services[at]!, people[at]!.token, waiting[at]!, signed[at]!, told)
    }
    return first + (await spent.during(0, () => lanes(count, approve)))
  }
  const work = async (count: number): Promise<number> => {
    let took = 0
    for (let done = 0; done < count; done += PEOPLE) took += await once(Math.min(PEOPLE, count - done))
    return took
  }
  await work(WARM_UP)
  await platform.settle()
  return {
    work,
    floor: tokenSigning(),
    notes: () => spent.notes(),
    end: async () => {
      load.close()
      pinged?.close()
      await platform.end()
    },
  }
}

/** Each logs in once, so that a service knows them, and has a phone that is asked. */
async function withPhones({ services, holders, key, db }: Platform, load: ReturnType<typeof openIdLoad>) {
  const { approvals } = verifierStore(db)
  const people: { subject: string; token: string; certificate: string }[] = []
  for (let at = 0; at < PEOPLE; at++) {
    const begun = await load.begin(services[at]!)
    const certificate = base64url(holders[at]!)
    const subject = await load.finish(begun, certificate, signatureOf(key, begun.shown))
    const personId = await approvals.personOfSubject(subject)
    must(personId !== undefined, 'the person of a subject')
    const token = base64url(systemEntropy(32))
    await approvals.saveInbox(sha256(utf8(token)), { personId: personId!, salt: null, userCode: null }, new Date())
    people.push({ subject, token, certificate })
  }
  return people
}
