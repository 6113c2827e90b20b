// A signed list for an offline gate: whose certificates it admits, with the key that each must answer with. Seed 3 (2).

import { utf8 } from '../../base/bytes.ts'
import { Refusal } from '../../base/refusal.ts'
import { decodeCertificate } from '../../codec/x509.ts'
import { type Allowed, type Verifier, zAllowList } from './contract.ts'
import { ALLOW_LIST_KEY, type Deps } from './model.ts'

export const allowList =
  (deps: Pick<Deps, 'authority' | 'clock' | 'keys' | 'log'>): Verifier['allowList'] =>
  async ({ title, validHours, holders }) => {
    const issuedAt = deps.clock()
    const validUntil = new Date(issuedAt.getTime() + validHours * 3_600_000)
    const entries: Allowed[] = []
    for (const { serial, ticket } of holders) {
      const entry = await allowed(deps, serial, ticket)
      if (entry) entries.push(entry)
    }
    const list = utf8(JSON.stringify(zAllowList.encode({ title, issuedAt, validUntil, entries })))
    const signer = await deps.keys.signer(...ALLOW_LIST_KEY)
    deps.log('verifier.allow-list', { asked: holders.length, entries: entries.length })
    return { list, signature: await signer.sign(list) }
  }

/** Undefined for a certificate that is revoked, on hold, expired or was never issued. */
async function allowed(
  { authority, clock }: Pick<Deps, 'authority' | 'clock'>,
  serial: bigint,
  ticket: string,
): Promise<Allowed | undefined> {
  const { status } = await authority.status({ kind: 'auth', serial })
  if (status !== 'valid') return undefined
  const issued = await authority.certificate({ kind: 'auth', serial }).catch(unlessRefused)
  if (!issued) return undefined
  const { subjectPublicKeyInfo, validity } = decodeCertificate(issued.certificate)
  if (validity.notAfter <= clock()) return undefined
  return { serial, publicKey: subjectPublicKeyInfo, ...validity, ticket }
}

/** An authority that says no has no such certificate; one that cannot be reached must not shorten the list silently. */
function unlessRefused(error: unknown): undefined {
  if (error instanceof Refusal && error.status < 500) return undefined
  throw error
}
