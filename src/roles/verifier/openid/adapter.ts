// The storage that the OpenID provider asks for, over the verifier's schema. Clients are read from the verifier's records.
// What was consumed once is refused the second time by the database, also when both come at the same moment.

import { base64url, utf8 } from '../../../base/bytes.ts'
import { sha256 } from '../../../base/crypto.ts'
import type { Clock } from '../../../base/ports.ts'
import type { VerifierStore } from '../store.ts'
import { clientMetadata } from './client-metadata.ts'
import { grantOfApproval, settled } from './settled.ts'
import type { Artifact, ArtifactKey } from './store.ts'

/** Whoever has the id of one of these has what it is good for: they are kept by its digest, so that the records give nothing away. */
const BEARER: readonly string[] = ['AccessToken', 'AuthorizationCode', 'ClientCredentials']
const digestOf = (id: string): string => base64url(sha256(utf8(id)))

const CIBA = 'BackchannelAuthenticationRequest'
/** So long after its end a service still hears that it has ended (`expired_token`), and not that there is no such request. */
const TOLD_EXPIRED_SECONDS = 600
/** Of what was approved. */
export const GRANT_SECONDS = 600

type Payload = Record<string, unknown>

export interface AdapterDeps {
  readonly store: VerifierStore
  readonly clock: Clock
  /** The error for what is consumed twice, in the words of the provider. */
  readonly replayed: () => Error
}

/** One adapter per model: `AuthorizationCode`, `Session`, `Client`, … */
export const openIdAdapter = ({ store, clock, replayed }: AdapterDeps) => {
  const { artifacts } = store
  const client = remembered(store, clock)
  const found = async (model: string, key: ArtifactKey) => {
    if (!('id' in key) || !BEARER.includes(model)) return stored(await artifacts.find(model, key, clock()))
    const payload = stored(await artifacts.find(model, { id: digestOf(key.id) }, clock()))
    return payload && { ...payload, jti: key.id }
  }
  const idOf = (model: string, id: string) => (BEARER.includes(model) ? digestOf(id) : id)
  return (model: string) => ({
    upsert: async (id: string, payload: Payload, expiresIn?: number): Promise<void> => {
      const kept = model === CIBA ? TOLD_EXPIRED_SECONDS : 0
      const expiresAt = expiresIn ? new Date(clock().getTime() + (expiresIn + kept) * 1000) : null
      const { jti: _, ...rest } = payload
      await artifacts.save(model, idOf(model, id), BEARER.includes(model) ? rest : payload, expiresAt)
    },
    find: async (id: string): Promise<Payload | undefined> => {
      if (model === 'Client') return client(id)
      if (model === 'Grant') return (await grantOfApproval(store, id, GRANT_SECONDS)) ?? found(model, { id })
      const payload = await found(model, { id })
      return payload && model === CIBA ? settled(store, payload) : payload
    },
    findByUid: (uid: string) => found(model, { uid }),
    findByUserCode: (userCode: string) => found(model, { userCode }),
    consume: async (id: string): Promise<void> => {
      if (!(await artifacts.consume(model, idOf(model, id), clock()))) throw replayed()
    },
    destroy: (id: string) => artifacts.remove(model, idOf(model, id)),
    revokeByGrantId: (grantId: string) => artifacts.removeOfGrant(grantId),
  })
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
    const client = await find(id)
    kept.delete(id)
    if (!client) return undefined
    if (kept.size === MOST_KEPT) kept.clear()
    const metadata = clientMetadata(client, clock())
    kept.set(id, { at: now, metadata })
    return metadata
  }
}

const stored = (artifact: Artifact | undefined): Payload | undefined =>
  artifact && {
    ...artifact.payload,
    ...(artifact.consumedAt && { consumed: Math.floor(artifact.consumedAt.getTime() / 1000) }),
  }
