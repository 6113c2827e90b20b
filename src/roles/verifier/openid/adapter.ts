// The storage that the OpenID provider asks for, over the verifier's schema. Clients are read from the verifier's records.
// What was consumed once is refused the second time by the database, also when both come at the same moment.

import type { Clock } from '../../../base/ports.ts'
import type { VerifierStore } from '../store.ts'
import { clientMetadata } from './client-metadata.ts'
import type { Artifact, ArtifactKey } from './store.ts'

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
  const found = async (model: string, key: ArtifactKey) => stored(await artifacts.find(model, key, clock()))
  return (model: string) => ({
    upsert: async (id: string, payload: Payload, expiresIn?: number): Promise<void> => {
      const expiresAt = expiresIn ? new Date(clock().getTime() + expiresIn * 1000) : null
      if (model !== 'ReplayDetection') return artifacts.save(model, id, payload, expiresAt)
      // The provider looks first and saves then; of two that look at once only one may save.
      if (!(await artifacts.add(model, id, payload, expiresAt))) throw replayed()
    },
    find: async (id: string): Promise<Payload | undefined> => {
      if (model !== 'Client') return found(model, { id })
      const client = await store.client(id)
      return client && clientMetadata(client, clock())
    },
    findByUid: (uid: string) => found(model, { uid }),
    findByUserCode: (userCode: string) => found(model, { userCode }),
    consume: async (id: string): Promise<void> => {
      if (!(await artifacts.consume(model, id, clock()))) throw replayed()
    },
    destroy: (id: string) => artifacts.remove(model, id),
    revokeByGrantId: (grantId: string) => artifacts.removeOfGrant(grantId),
  })
}

const stored = (artifact: Artifact | undefined): Payload | undefined =>
  artifact && {
    ...artifact.payload,
    ...(artifact.consumedAt && { consumed: Math.floor(artifact.consumedAt.getTime() / 1000) }),
  }
