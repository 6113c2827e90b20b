// A service asks by CIBA. Whether the person exists, receives approvals or has a user code is not to be learnt here, neither by
// the answer nor by the work done: whoever is not known is a person whom nobody ever asks. Ours: docs/profile.md#decoupled-approval.

import { hex, NO_BYTES, utf8 } from '../../../base/bytes.ts'
import { comparisonCode } from '../../../base/comparison-code.ts'
import { equalSecret, hmacSha256, scrypt } from '../../../base/crypto.ts'
import type { Deps } from '../model.ts'
import type { Client } from '../openid/contract.ts'
import { pairwiseSubject } from '../pairwise.ts'
import { within } from '../services/quota.ts'
import type { Approval } from './contract.ts'
import { choicesWith, PACE } from './model.ts'
import { sealed, type Told } from './words.ts'

export type AskingDeps = Pick<Deps, 'store' | 'clock' | 'entropy' | 'keys' | 'log'>

/** By the name under which this service knows the person (its pairwise subject). */
export async function personByHint({ store, keys }: AskingDeps, client: Client, hint: string): Promise<string> {
  const secret = await keys.secret('verifier-approval-strangers', 32)
  const stranger = hex(hmacSha256(secret, utf8(`${client.clientId}\n${hint}`)).subarray(0, 16))
  const found = (hint.includes('\0') ? undefined : await store.approvals.personOfSubject(hint)) ?? stranger
  // Another sector's name for somebody is none here.
  const named = await pairwiseSubject(keys, client, found)
  return equalSecret(utf8(named), utf8(hint)) ? found : stranger
}

/** As much work for a stranger, and for somebody without a code. */
export async function rightUserCode(
  { store, clock }: AskingDeps,
  clientId: string,
  personId: string,
  userCode: string,
): Promise<boolean> {
  const mayTry = await store.approvals.spendCodeTry(clientId, personId, clock())
  const { salt, userCode: hashed } = (await store.approvals.inbox({ personId })) ?? {}
  const given = await scrypt(utf8(userCode), salt ?? new Uint8Array(16))
  const right = equalSecret(given, hashed ?? NO_BYTES)
  if (!mayTry || !right) return false
  await store.approvals.forgetCodeTries(clientId, personId)
  return true
}

export interface Ask extends Pick<Approval, 'procedure' | 'channel' | 'caller' | 'expiresAt'> {
  /** Means of which the service demands one. */
  readonly acrValues: readonly string[]
  readonly client: Client
  readonly personId: string
  readonly authReqId: string
  readonly notificationToken: string | null
}

export type Asked = { readonly code: string } | { readonly refused: 'quota' | 'open' | 'paused' | 'often' }

/** The number that the service is to speak; or why it may not ask now. */
export async function ask(deps: AskingDeps, { client, ...asked }: Ask): Promise<Asked> {
  const { store, clock, entropy, log } = deps
  const { clientId, name: clientName } = client
  const now = clock()
  const limit = client.ciba?.perMinute ?? PACE.perMinute
  const code = comparisonCode(entropy)
  const requestId = hex(entropy(16))
  const { procedure, authReqId, notificationToken, ...same } = asked
  const named = { requestId, clientId }
  const told = notificationToken && JSON.stringify({ authReqId, token: notificationToken } satisfies Told)
  const words = {
    procedure: await sealed(deps, 'procedure', named, procedure),
    ping: told ? await sealed(deps, 'ping', named, told) : null,
  }
  const refused = (await within(deps, `approvals ${clientId}`, limit))
    ? await store.approvals.ask(authReqId, {
        ...{ ...same, ...words, ...named, clientName, code, choices: choicesWith(code, entropy) },
        ...{
          nonce: entropy(32),
          askedAt: now,
          recorded: 'waiting',
          acr: null,
          answeredAt: null,
          statusAt: null,
          result: null,
        },
      })
    : 'quota'
  log('verifier.approval-asked', { requestId, clientId, refused: refused ?? '' })
  return refused ? { refused } : { code }
}
