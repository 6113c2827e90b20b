// While on line: the terminal's key, its certificate by the terminal CA, and the keys that lists and filters are checked with.
// Seed 3 (2): the terminal itself holds the key for external authentication.

import { equal, hex } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { decodeCvc, modulusOfSpki } from '../../codec/cvc.ts'
import type { Terminal } from './contract.ts'
import { type TerminalDeps, terminalSigner } from './deps.ts'
import type { TerminalIdentity } from './encounter.ts'
import { no } from './refusals.ts'

export const prepare =
  (deps: TerminalDeps): Terminal['prepare'] =>
  async () => {
    const { publicKey } = await terminalSigner(deps)
    // The key is part of the request key: a terminal whose key was replaced gets a certificate for the new one.
    const requestKey = `terminal ${deps.name} ${hex(sha256(publicKey))}`
    const issued = await deps.authority.issueTerminalCertificate({ requestKey, publicKey })
    const { certificate, keyId, caCertificate, revokedTerminals } = issued
    const { subjectKeyId, modulus } = decodeCvc(certificate)
    if (!equal(subjectKeyId, keyId) || !equal(modulus, modulusOfSpki(publicKey))) throw no.certificateForeign()
    const { publicKey: listKey } = await deps.verifier.listKey({})
    await deps.store.prepare({
      key_id: keyId,
      certificate,
      ca_certificate: caCertificate,
      revoked_terminals: revokedTerminals,
      list_key: listKey,
    })
    await deps.store.trustFilters((await deps.authority.caCertificates({})).auth)
    return { keyId }
  }

/** What the terminal shows and signs with; refuses before it was prepared. */
export async function prepared(deps: TerminalDeps): Promise<TerminalIdentity> {
  const preparation = await deps.store.preparation()
  if (!preparation) throw no.notPrepared()
  return {
    signer: await terminalSigner(deps),
    keyId: preparation.key_id,
    certificate: preparation.certificate,
    caCertificate: preparation.ca_certificate,
    revoked: preparation.revoked_terminals,
  }
}
