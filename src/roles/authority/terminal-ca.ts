// The CA of terminals (資格確認端末) for PIN-less authentication: card-verifiable certificates. Observed: myna-card.
// Key identifiers: seven digits, 08 05, three digits, four bytes of padding. Ours: docs/profile.md#terminal-certificates.

import { type Bytes, bytes, concat, equal, utf8 } from '../../base/bytes.ts'
import type { Signer } from '../../base/ports.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { encodeCvc, encodeCvcBody, modulusOfSpki } from '../../codec/cvc.ts'
import type { Hierarchy } from '../../protocol/jpki-profile/index.ts'
import type { Authority } from './contract.ts'
import type { Deps } from './deps.ts'
import { no } from './refusals.ts'

/** Observed: production identifiers begin with 5, those of the test hierarchy with 6. */
const FIRST_DIGIT = { production: '5', test: '6' } as const satisfies Record<Hierarchy, string>
const GENERATION = '001'
const CA_NUMBER = 0

/** 16 bytes; number 0 is the CA, the terminals follow. Throws `RangeError` beyond 999,999. */
export function terminalKeyId(hierarchy: Hierarchy, number: number): Bytes {
  if (number > 999_999) throw new RangeError('no key identifiers are left')
  const digits = FIRST_DIGIT[hierarchy] + String(number).padStart(6, '0')
  return concat(utf8(digits), bytes(0x08, 0x05), utf8(GENERATION), new Uint8Array(4))
}

const caSigner = ({ keys }: Deps): Promise<Signer> => keys.signer('authority-terminal-ca', 'RSA-SHA256')

export const terminalCa =
  (deps: Deps): Authority['terminalCa'] =>
  async () => ({ publicKey: (await caSigner(deps)).publicKey, keyId: terminalKeyId(deps.hierarchy, CA_NUMBER) })

/** The certificate follows from the request's number alone, so it is not stored: signing again gives the same. */
export const issueTerminalCertificate =
  (deps: Deps): Authority['issueTerminalCertificate'] =>
  async ({ requestKey, publicKey }) => {
    const modulus = checkedModulus(publicKey)
    const terminal = await deps.store.terminal(requestKey, publicKey)
    if (!equal(terminal.publicKey, publicKey)) throw no.requestReused()
    const keyId = terminalKeyId(deps.hierarchy, terminal.number)
    const issuerKeyId = terminalKeyId(deps.hierarchy, CA_NUMBER)
    const body = encodeCvcBody({ issuerKeyId, subjectKeyId: keyId, modulus })
    const signer = await caSigner(deps)
    return { certificate: encodeCvc(body, await signer.sign(body)), keyId }
  }

function checkedModulus(publicKey: Bytes): Bytes {
  try {
    return modulusOfSpki(publicKey)
  } catch (error) {
    if (error instanceof CodecError) throw no.keyNotAllowed({}, error)
    throw error
  }
}
