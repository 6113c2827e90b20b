// One token through PKCS#11, in the process that calls it: finds, makes and uses keys. Private keys are sensitive and
// not extractable. PKCS#11 v2.40 §4, §5. Not here: what happens when the token goes away (connection.ts).

import { createPublicKey, randomBytes } from 'node:crypto'
import type { Bytes } from '../../base/bytes.ts'
import { hash } from '../../base/crypto.ts'
import type { SignatureAlgorithm } from '../../base/ports.ts'
import * as der from '../../codec/der.ts'
import { OID } from '../../codec/oid.ts'
import { type Attribute, CK, CKA, CKO, type Handle, type Pkcs11 } from './pkcs11-module.ts'

export interface Token {
  /** Label, model and serial number. */
  readonly description: string
  /** SubjectPublicKeyInfo, or undefined when there is no key of this name. */
  publicKey(name: string): Bytes | undefined
  make(name: string, algorithm: SignatureAlgorithm): void
  sign(name: string, algorithm: SignatureAlgorithm, message: Bytes): Promise<Bytes>
}

const LONGEST_SIGNATURE = 512

const EC_PARAMS = { 'ECDSA-P256-SHA256': OID.prime256v1, 'ECDSA-P384-SHA384': OID.secp384r1 } as const

/** Signs `sessions` messages at once. Throws what PKCS#11 throws; `no-token` when there is no token of this label. */
export function openToken(pkcs11: Pkcs11, label: string, pin: string, sessions: number): Token {
  pkcs11.C_Initialize({ flags: CK.OS_LOCKING_OK })
  const slot = pkcs11.C_GetSlotList(true).find((one) => pkcs11.C_GetTokenInfo(one).label.trim() === label)
  if (!slot) throw new Error('no-token')
  const open = () => pkcs11.C_OpenSession(slot, CK.SERIAL_SESSION | CK.RW_SESSION)
  const session = open()
  pkcs11.C_Login(session, CK.USER, pin)
  const inTurn = turns(Array.from({ length: sessions }, open))
  const privateKeys = new Map<string, Handle>()
  const privateKey = (name: string): Handle => {
    const known = privateKeys.get(name) ?? find(pkcs11, session, CKO.PRIVATE_KEY, name)
    if (!known) throw new Error('the key is not in the token')
    privateKeys.set(name, known)
    return known
  }
  const { model, serialNumber } = pkcs11.C_GetTokenInfo(slot)
  return {
    description: `${label} (${model.trim()}, serial number ${serialNumber.trim()})`,
    publicKey: (name) => {
      const key = find(pkcs11, session, CKO.PUBLIC_KEY, name)
      return key && subjectPublicKeyInfo(pkcs11, session, key)
    },
    make: (name, algorithm) => make(pkcs11, session, name, algorithm),
    sign: (name, algorithm, message) =>
      inTurn(async (free) => {
        const rsa = algorithm === 'RSA-SHA256'
        pkcs11.C_SignInit(free, { mechanism: rsa ? CK.RSA_PKCS : CK.ECDSA }, privateKey(name))
        const input = Buffer.from(rsa ? digestInfo(message) : digest(algorithm, message))
        const signature = await pkcs11.C_SignAsync(free, input, Buffer.alloc(LONGEST_SIGNATURE))
        return rsa ? Uint8Array.from(signature) : ecdsaSigValue(signature)
      }),
  }
}

/** Each session does one thing at a time; who finds none free waits. */
function turns(free: Handle[]): <T>(work: (session: Handle) => Promise<T>) => Promise<T> {
  const waiting: ((session: Handle) => void)[] = []
  return async (work) => {
    const session = free.pop() ?? (await new Promise<Handle>((resolve) => waiting.push(resolve)))
    try {
      return await work(session)
    } finally {
      const next = waiting.shift()
      if (next) next(session)
      else free.push(session)
    }
  }
}

function find(pkcs11: Pkcs11, session: Handle, objectClass: number, name: string): Handle | undefined {
  pkcs11.C_FindObjectsInit(session, [
    { type: CKA.CLASS, value: objectClass },
    { type: CKA.LABEL, value: name },
  ])
  try {
    const found = pkcs11.C_FindObjects(session, 2)
    if (found.length > 1) throw new Error('the token has two keys of one name')
    return found[0]
  } finally {
    pkcs11.C_FindObjectsFinal(session)
  }
}

function make(pkcs11: Pkcs11, session: Handle, name: string, algorithm: SignatureAlgorithm): void {
  const common: Attribute[] = [
    { type: CKA.TOKEN, value: true },
    { type: CKA.LABEL, value: name },
    { type: CKA.ID, value: randomBytes(16) },
  ]
  const parameters: Attribute[] =
    algorithm === 'RSA-SHA256'
      ? [
          { type: CKA.MODULUS_BITS, value: 2048 },
          { type: CKA.PUBLIC_EXPONENT, value: Buffer.from([1, 0, 1]) },
        ]
      : [{ type: CKA.EC_PARAMS, value: Buffer.from(der.oid(EC_PARAMS[algorithm])) }]
  pkcs11.C_GenerateKeyPair(
    session,
    { mechanism: algorithm === 'RSA-SHA256' ? CK.RSA_PKCS_KEY_PAIR_GEN : CK.EC_KEY_PAIR_GEN },
    [...common, ...parameters, { type: CKA.VERIFY, value: true }],
    [
      ...common,
      { type: CKA.PRIVATE, value: true },
      { type: CKA.SENSITIVE, value: true },
      { type: CKA.EXTRACTABLE, value: false },
      { type: CKA.SIGN, value: true },
    ],
  )
}

const value = (pkcs11: Pkcs11, session: Handle, key: Handle, type: number): Buffer | undefined => {
  try {
    return pkcs11.C_GetAttributeValue(session, key, [{ type }])[0]?.value
  } catch {
    return undefined // a key of another kind has no such attribute
  }
}

function subjectPublicKeyInfo(pkcs11: Pkcs11, session: Handle, key: Handle): Bytes {
  const n = value(pkcs11, session, key, CKA.MODULUS)
  const e = value(pkcs11, session, key, CKA.PUBLIC_EXPONENT)
  const jwk =
    n && n.length > 0 && e
      ? { kty: 'RSA', n: n.toString('base64url'), e: e.toString('base64url') }
      : ecJwk(value(pkcs11, session, key, CKA.EC_POINT))
  return Uint8Array.from(createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'der', type: 'spki' }))
}

/** PKCS#11 v2.40 §2.3.3: CKA_EC_POINT is the DER OCTET STRING of the uncompressed point. */
function ecJwk(point: Buffer | undefined) {
  if (!point) throw new Error('the token does not tell the public key')
  const octets = Buffer.from(der.decode(Uint8Array.from(point), (reader) => reader.octetString())).subarray(1)
  const half = octets.length / 2
  const coordinate = (from: number) => octets.subarray(from, from + half).toString('base64url')
  return { kty: 'EC', crv: half === 48 ? 'P-384' : 'P-256', x: coordinate(0), y: coordinate(half) }
}

const digest = (algorithm: SignatureAlgorithm, message: Bytes): Bytes =>
  hash(algorithm === 'ECDSA-P384-SHA384' ? 'sha384' : 'sha256', message)

/** RFC 8017 §9.2: the token pads, we name the hash. */
const digestInfo = (message: Bytes): Bytes =>
  der.sequence(der.sequence(der.oid(OID.sha256), der.nullValue()), der.octetString(digest('RSA-SHA256', message)))

/** PKCS#11 v2.40 §2.3.1: r and s, one half each; the port wants DER. RFC 3279 §2.2.3. */
function ecdsaSigValue(signature: Buffer): Bytes {
  const half = signature.length / 2
  const integer = (from: number) => der.integer(BigInt(`0x${signature.subarray(from, from + half).toString('hex')}`))
  return der.sequence(integer(0), integer(half))
}
