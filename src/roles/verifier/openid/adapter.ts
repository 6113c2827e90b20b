// The storage that the OpenID provider asks for, over the verifier's schema. Clients are read from the verifier's records.
// What was consumed once is refused the second time by the database, also when both come at the same moment.

import { type Bytes, base64url, fromUtf8, utf8 } from '../../../base/bytes.ts'
import { seal, sha256, unseal } from '../../../base/crypto.ts'
import type { Clock, Entropy } from '../../../base/ports.ts'
import type { VerifierStore } from '../store.ts'
import { clientMetadata } from './client-metadata.ts'
import { grantOfApproval, settled } from './settled.ts'
import type { FoundArtifact } from './store.ts'

const CIBA = 'BackchannelAuthenticationRequest'
/** So long after its end a service still hears that it has ended (`expired_token`), and not that there is no such request. */
const TOLD_EXPIRED_SECONDS = 600
/** Of what was approved. */
export const GRANT_SECONDS = 600

type Payload = Record<string, unknown>

export interface AdapterDeps {
  readonly store: VerifierStore
  readonly clock: Clock
  readonly entropy: Entropy
  /** Of 32 bytes: seals what artefacts hold. */
  readonly key: Bytes
  /** The error for what is consumed twice, in the words of the provider. */
  readonly replayed: () => Error
  /** Another error for what cannot be asked just now, in the words of the provider. */
  readonly refused: (error: unknown) => unknown
}

/** One adapter per model: `AuthorizationCode`, `Session`, `Client`, … */
export const openIdAdapter = ({ store, clock, entropy, key, replayed, refused }: AdapterDeps) => {
  const { artifacts } = store
  const client = remembered(store, clock)
  const found = async (model: string, id: string) =>
    opened(key, model, await artifacts.find(model, digestOf(id), clock()))
  const of = (model: string) => ({
    upsert: async (id: string, payload: Payload, expiresIn?: number): Promise<void> => {
      const kept = model === CIBA ? TOLD_EXPIRED_SECONDS : 0
      const expiresAt = expiresIn ? new Date(clock().getTime() + (expiresIn + kept) * 1000) : null
      const name = digestOf(id)
      const sealed = seal(key, utf8(JSON.stringify(payload)), label(model, name), entropy)
      const names = {
        id: name,
        grantId: digested(payload.grantId),
        uid: digested(payload.uid),
        clientId: text(payload.clientId),
      }
      await artifacts.save(model, { ...names, sealed }, expiresAt)
    },
    find: async (id: string): Promise<Payload | undefined> => {
      if (model === 'Client') return client(id)
      if (model === 'Grant') return (await grantOfApproval(store, id, GRANT_SECONDS)) ?? found(model, id)
      const payload = await found(model, id)
      return payload && model === CIBA ? settled(store, payload) : payload
    },
    findByUid: async (uid: string) => opened(key, model, await artifacts.findByUid(model, digestOf(uid), clock())),
    consume: async (id: string): Promise<void> => {
      if (!(await artifacts.consume(model, digestOf(id), clock()))) throw replayed()
    },
    destroy: (id: string) => artifacts.remove(model, digestOf(id)),
    revokeByGrantId: (grantId: string) => artifacts.removeOfGrant(digestOf(grantId)),
  })
  return (model: string) => translated(of(model), refused)
}

type Operations = Record<string, (...args: never[]) => Promise<unknown>>

const translated = <O extends Operations>(operations: O, refused: AdapterDeps['refused']) =>
  Object.fromEntries(
    Object.entries(operations).map(([name, ask]) => [
      name,
      (...args: never[]) =>
        ask(...args).catch((error: unknown) => {
          throw refused(error)
        }),
    ]),
  ) as O

/** Whoever has the name of a session, a code, a token, a request has what it is good for: the records know its digest. */
const digestOf = (name: string): string => base64url(sha256(utf8(name)))
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const digested = (name: unknown): string | null => (typeof name === 'string' ? digestOf(name) : null)

/** What is sealed for one artefact opens at no other. */
const label = (model: string, digest: string): Bytes => utf8(`openid artefact ${model} ${digest}`)

function opened(key: Bytes, model: string, artifact: FoundArtifact | undefined): Payload | undefined {
  if (!artifact?.sealed) return undefined
  const payload: Payload = JSON.parse(fromUtf8(unseal(key, artifact.sealed, label(model, artifact.id))))
  if (!artifact.consumedAt) return payload
  return { ...payload, consumed: Math.floor(artifact.consumedAt.getTime() / 1000) }
}

/** A login asks for its client six times; what changes there is known everywhere after this long. */
export const CLIENT_KEPT_MS = 2000
const MOST_KEPT = 1000

function remembered({ client: find }: Pick<VerifierStore, 'client'>, clock: Clock) {
  const kept = new Map<string, { readonly at: number; readonly metadata: Payload }>()
  return async (id: string): Promise<Payload | undefined> => {
    const now = clock().getTime()
    const known = kept.get(id)
    if (known && Math.abs(now - known.at) < CLIENT_KEPT_MS) return known.metadata
    // Whoever sends this is nobody whom a record could name.
    const client = id.includes('\0') ? undefined : await find(id)
    kept.delete(id)
    if (!client) return undefined
    if (kept.size === MOST_KEPT) kept.clear()
    const metadata = clientMetadata(client, clock())
    kept.set(id, { at: now, metadata })
    return metadata
  }
}
