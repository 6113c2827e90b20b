// The storage that the OpenID provider asks for, over the verifier's schema. Clients are read from the verifier's records.
// What was consumed once is refused the second time by the database, also when both come at the same moment.

import type { Clock } from '../../../base/ports.ts'
import type { Client } from '../model.ts'
import type { VerifierStore } from '../store.ts'
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
    upsert: (id: string, payload: Payload, expiresIn?: number) =>
      artifacts.save(model, id, payload, expiresIn ? new Date(clock().getTime() + expiresIn * 1000) : null),
    find: async (id: string): Promise<Payload | undefined> =>
      model === 'Client' ? clientMetadata(await store.client(id)) : found(model, { id }),
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

/** OpenID Connect Dynamic Client Registration 1.0 §2. */
const clientMetadata = (client: Client | undefined): Payload | undefined =>
  client && {
    client_id: client.clientId,
    client_name: client.name,
    redirect_uris: client.redirectUris,
    response_types: ['code'],
    grant_types: ['authorization_code'],
    subject_type: 'pairwise',
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: client.publicJwk.kty === 'RSA' ? 'RS256' : 'ES256',
    jwks: { keys: [client.publicJwk] },
  }
