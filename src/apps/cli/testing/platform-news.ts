// A watched citizen moves and gets a new certificate, while the platform dies that must tell it: one service is told by push,
// another asks. Each must hear everything, nothing of it as two events, and in order. RFC 8935, RFC 8936.

import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import * as oidc from 'openid-client'
import { DELIVERY } from '../../../protocol/security-event/event-types.ts'
import { CITY, FOUR_INFO } from '../../../roles/authority/test-authority.ts'
import { LEASE_MS } from '../../../roles/verifier/events/model.ts'
import type { Service } from '../../../roles/verifier/testing/http/openid-room.ts'
import { PLATFORM } from '../../../world/people.ts'
import { signedByCard } from '../../../world/testing/watched-room.ts'
import { again, type Found } from './platform-acts.ts'
import { type Citizen, type PlatformWorld, Unanswered } from './platform-world.ts'
import { eventually } from './strikes.ts'

/** A move, and the next certificate. */
const ENDED = ['facts-changed', 'credential-change revoke'] as const
const FOLLOWED = ['credential-change create', 'latest-facts-available'] as const

/** How a service hears of things: what has come to it so far, as it came, and whatever must be done for more to come. */
export interface Ear {
  readonly name: string
  readonly sets: string[]
  listen(): Promise<void>
}

export interface Watched {
  readonly citizen: Citizen
  /** By which each service knows the citizen. */
  readonly subjects: Readonly<Record<string, string>>
}

interface Stream {
  readonly world: PlatformWorld
  readonly service: Service
  readonly clientId: string
}

/** RFC 7523 §3, 7: a request that comes twice is refused the second time, and that answer may be the one that comes. */
async function tokenOf({ configuration }: Service): Promise<string> {
  const grant = () => oidc.clientCredentialsGrant(configuration, { scope: 'ssf.read ssf.manage' })
  const replayed = (error: { error?: string }) =>
    Promise.reject(error.error === 'invalid_client' ? new Unanswered('asked with another assertion') : error)
  return (await again(() => grant().catch(replayed))).access_token
}

async function ssf({ world, service }: Stream, path: string, body: object) {
  const token = await tokenOf(service)
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const init = { method: 'POST', headers, body: JSON.stringify(body) }
  const answer = await again(() => world.fetch(`${world.issuer}/ssf/${path}`, init))
  if (!answer.ok) throw new Error(`${path}: HTTP ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as Record<string, unknown>
}

/** The platform comes with it: `sets` is the receiver's. */
export async function pushed(stream: Stream, url: string, sets: string[]): Promise<Ear> {
  await ssf(stream, 'stream', { delivery: { method: DELIVERY.push, endpoint_url: url }, ...WANTED })
  return {
    name: stream.clientId,
    sets,
    listen: async () => void (await again(() => stream.world.verifier.deliverEvents({}))),
  }
}

/** The service asks for it, and says what it has. */
export async function polled(stream: Stream): Promise<Ear> {
  const { stream_id: streamId } = await ssf(stream, 'stream', { delivery: { method: DELIVERY.poll }, ...WANTED })
  const sets: string[] = []
  let has: string[] = []
  const listen = async () => {
    const came = await ssf(stream, `poll/${streamId}`, { ack: has })
    const fresh = (came.sets ?? {}) as Record<string, string>
    has = Object.keys(fresh)
    sets.push(...Object.values(fresh))
    if (has.length > 0) await listen()
  }
  return { name: stream.clientId, sets, listen }
}

const WANTED = {
  events_requested: [
    'urn:kazasu:event:facts-changed',
    'urn:kazasu:event:latest-facts-available',
    'https://schemas.openid.net/secevent/caep/event-type/credential-change',
  ],
}

export async function agree({ verifier, now }: PlatformWorld, clientId: string, subject: string, { sign }: Citizen) {
  const items = ['address'] as const
  const { requestId, nonce } = await verifier.askConsent({ clientId, subject, items: [...items] })
  const statement = { purpose: 'consent to latest facts', party: PLATFORM.party, onBehalfOf: clientId, items }
  const content = { ...statement, at: now().toISOString(), nonce }
  await verifier.answerConsent({ requestId, consent: signedByCard(content, sign, now()) })
}

const ROUNDS = 12
let moved = 0

export async function move(
  world: PlatformWorld,
  ears: readonly Ear[],
  { citizen, subjects }: Watched,
  found: Found,
): Promise<void> {
  const before = ears.map(({ sets }) => sets.length)
  const heard = () =>
    Promise.all(ears.map(async ({ sets }, i) => typesIn(world, sets.slice(before[i]), sets.slice(0, before[i]))))
  const untilHeard = async (count: number) => {
    for (let round = 0; round < ROUNDS; round++) {
      await again(() => world.verifier.followChanges({}))
      for (const ear of ears) await ear.listen()
      const enough = (await heard()).every((all, i) => (all.get(subjects[ears[i]!.name]!)?.length ?? 0) >= count)
      if (enough) return
      // Whoever died with an event in hand has lost it after this.
      world.pass(LEASE_MS + 1000)
    }
  }
  const { residentId } = citizen
  const fourInfo = { ...FOUR_INFO, address: `東京都かざす市やま町${++moved}番` }
  await eventually(() => world.register.change({ residentId, event: 'move', fourInfo, municipality: CITY }))
  await eventually(() => world.authority.followRegister({}))
  await untilHeard(ENDED.length)
  citizen.sign = await eventually(() => world.signCertificate(residentId))
  await untilHeard(ENDED.length + FOLLOWED.length)
  for (const [i, all] of (await heard()).entries()) {
    const { name } = ears[i]!
    compare(name, all.get(subjects[name]!) ?? [], found)
  }
}

function compare(who: string, heard: readonly string[], found: Found): void {
  const due: readonly string[] = [...ENDED, ...FOLLOWED]
  const told = `${who} heard ${heard.join(', ')}`
  if (due.some((one) => !heard.includes(one))) found.missed.push(told)
  else if (heard.length > due.length) found.doubled.push(told)
  else if (heard.join() !== due.join()) found.outOfOrder.push(told)
}

/** What came first of each event, by subject; without those that had come `earlier`, and came again because nobody heard it. */
async function typesIn(
  { issuer }: PlatformWorld,
  sets: readonly string[],
  earlier: readonly string[],
): Promise<Map<string, string[]>> {
  keys ??= createRemoteJWKSet(new URL(`${issuer}/ssf/jwks`))
  const seen = new Set(earlier.map((set) => decodeJwt(set).jti!))
  const types = new Map<string, string[]>()
  for (const set of sets) {
    const { payload } = await eventually(() => jwtVerify(set, keys!, { issuer, clockTolerance: 100 * 86_400 }))
    if (seen.has(payload.jti!)) continue
    seen.add(payload.jti!)
    const { sub } = payload.sub_id as { sub: string }
    const [[type, { change_type: change }]] = Object.entries(
      payload.events as Record<string, { change_type?: string }>,
    ) as [[string, { change_type?: string }]]
    const name = type.split(/[:/]/).at(-1)!
    types.set(sub, [...(types.get(sub) ?? []), change ? `${name} ${change}` : name])
  }
  return types
}
let keys: ReturnType<typeof createRemoteJWKSet> | undefined
