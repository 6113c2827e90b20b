// The CA of terminals (資格確認端末) for PIN-less authentication: a root whose key is on the cards, below it one CA for
// each generation, below that the terminals. Card-verifiable certificates, observed: myna-card; who is certified by
// whom is ours: docs/profile.md#terminal-certificates.

import { type Bytes, equal } from '../../base/bytes.ts'
import type { Signer } from '../../base/ports.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { encodeCvc, encodeCvcBody, modulusOfSpki } from '../../codec/cvc.ts'
import type { Hierarchy } from '../../protocol/jpki-profile/index.ts'
import {
  encodeKeyId,
  encodeRevoked,
  encodeRevokedBody,
  keyIdFields,
  REVOKED_MAX,
} from '../../protocol/pinless/index.ts'
import type { Authority } from './contract.ts'
import type { Deps } from './deps.ts'
import { no } from './refusals.ts'

/** Observed: production identifiers begin with 5, those of the test hierarchy with 6. */
export const FIRST_DIGIT = { production: '5', test: '6' } as const satisfies Record<Hierarchy, string>
/** Of the CA that certifies now; the root is older than all. */
const GENERATION = 1
const CA_NUMBER = 0

interface Named {
  readonly number: number
  readonly generation: number
  readonly ca: boolean
}

/** 16 bytes. Throws `RangeError` beyond 999,999. */
export function terminalKeyId(hierarchy: Hierarchy, { number, ...fields }: Named): Bytes {
  if (number > 999_999) throw new RangeError('no key identifiers are left')
  return encodeKeyId({ digits: FIRST_DIGIT[hierarchy] + String(number).padStart(6, '0'), ...fields })
}

const ROOT: Named = { number: CA_NUMBER, generation: 0, ca: true }
const CA: Named = { number: CA_NUMBER, generation: GENERATION, ca: true }
const terminalNamed = (number: number): Named => ({ number, generation: GENERATION, ca: false })

const signerNamed = async ({ keys, signatures }: Deps, name: string): Promise<Signer> =>
  signatures.signer(await keys.signer(name, 'RSA-SHA256'), 'terminal')
const rootSigner = (deps: Deps) => signerNamed(deps, 'authority-terminal-root')
const caSigner = (deps: Deps) => signerNamed(deps, `authority-terminal-ca-${GENERATION}`)

export const terminalCa =
  (deps: Deps): Authority['terminalCa'] =>
  async () => ({ publicKey: (await rootSigner(deps)).publicKey, keyId: terminalKeyId(deps.hierarchy, ROOT) })

export const terminalsInForce =
  (deps: Deps): Authority['terminalsInForce'] =>
  async () => ({
    caKeyId: terminalKeyId(deps.hierarchy, CA),
    caPublicKey: (await caSigner(deps)).publicKey,
    revoked: revokedKeyIds(deps, await deps.store.revokedTerminals()),
  })

const revokedKeyIds = ({ hierarchy }: Deps, numbers: readonly number[]): Bytes[] =>
  numbers.map((number) => terminalKeyId(hierarchy, terminalNamed(number)))

/** The certificate follows from the request's number alone, so it is not stored: signing again gives the same. */
export const issueTerminalCertificate =
  (deps: Deps): Authority['issueTerminalCertificate'] =>
  async ({ requestKey, publicKey }) => {
    const modulus = checkedModulus(publicKey)
    const terminal = await deps.store.terminal(requestKey, publicKey)
    if (!equal(terminal.publicKey, publicKey)) throw no.requestReused()
    const revoked = await deps.store.revokedTerminals()
    if (revoked.includes(terminal.number)) throw no.terminalRevoked()
    const subject = terminalNamed(terminal.number)
    const [root, ca] = [await rootSigner(deps), await caSigner(deps)]
    return {
      certificate: await certify(deps, ca, CA, subject, modulus),
      keyId: terminalKeyId(deps.hierarchy, subject),
      caCertificate: await certify(deps, root, ROOT, CA, modulusOfSpki(ca.publicKey)),
      revokedTerminals: await signedList(deps, revoked),
    }
  }

async function certify({ hierarchy }: Deps, signer: Signer, issuer: Named, subject: Named, modulus: Bytes) {
  const [issuerKeyId, subjectKeyId] = [terminalKeyId(hierarchy, issuer), terminalKeyId(hierarchy, subject)]
  const body = encodeCvcBody({ issuerKeyId, subjectKeyId, modulus })
  return encodeCvc(body, await signer.sign(body))
}

/** Revoking again changes nothing. Lists are numbered by how many they name: one only grows. */
export const revokeTerminal =
  (deps: Deps): Authority['revokeTerminal'] =>
  async ({ keyId }) => {
    const number = Number(keyIdFields(keyId).digits.slice(1))
    if (!equal(keyId, terminalKeyId(deps.hierarchy, terminalNamed(number)))) throw no.unknownTerminal()
    const done = await deps.store.revokeTerminal(number, REVOKED_MAX)
    if (done === 'unknown') throw no.unknownTerminal()
    if (done === 'full') throw no.terminalListFull()
    return { revokedTerminals: await signedList(deps, await deps.store.revokedTerminals()) }
  }

async function signedList(deps: Deps, numbers: readonly number[]): Promise<Bytes> {
  const signer = await rootSigner(deps)
  const keyIds = revokedKeyIds(deps, numbers)
  const issuerKeyId = terminalKeyId(deps.hierarchy, ROOT)
  const body = encodeRevokedBody({ issuerKeyId, number: numbers.length, keyIds })
  return encodeRevoked(body, await signer.sign(body))
}

/** Of a key that can be certified on a card; refuses another. */
export function checkedModulus(publicKey: Bytes): Bytes {
  try {
    return modulusOfSpki(publicKey)
  } catch (error) {
    if (error instanceof CodecError) throw no.keyNotAllowed({}, error)
    throw error
  }
}
