// What arrives by LOAD: cipher, hash, DAP blocks and the load file that follows from it. GPC v2.3.1 §9.3.5, §C.2 to §C.6.

import { type Bytes, bytes, equal, fromUtf8, hex, NO_BYTES } from '../../base/bytes.ts'
import { aesCbcDecrypt, hash } from '../../base/crypto.ts'
import { desCbcDecrypt } from '../../base/des.ts'
import { CAP_COMPONENT, type Cap, decodeCap } from '../../codec/cap.ts'
import { SW } from '../../codec/sw.ts'
import {
  type DapBlock,
  decodeLoadFile,
  type LoadFileParts,
} from '../../protocol/globalplatform/delegated-management.ts'
import { KEY_TYPE } from '../../protocol/globalplatform/key-type.ts'
import { LOCKED, PRIVILEGE } from '../../protocol/globalplatform/registry.ts'
import { SecureMessagingError, unpad } from '../../protocol/globalplatform/secure-session.ts'
import { shortestHash, verifyWith } from '../../protocol/globalplatform/signature-key.ts'
import { has } from './delegation.ts'
import { keyFor } from './hierarchy.ts'
import { isLocked, isPersonalized, type LoadedFile, type Registry } from './registry.ts'
import { StatusError } from './status-error.ts'

/** GPC v2.3.1 §11.5.2.3.1: the algorithm follows from the length. */
const HASH_BY_LENGTH = { 20: 'sha1', 32: 'sha256', 48: 'sha384', 64: 'sha512' } as const

export const isFileHash = (value: Bytes): boolean => value.length in HASH_BY_LENGTH

export interface Announced {
  readonly aid: Bytes
  readonly securityDomain: Bytes
  /** Of the data block in the clear; empty when none was given. */
  readonly hash: Bytes
  readonly provider?: Bytes
}

/** Cipher off, then hash, then DAP, then the structure of the file. */
export function readLoadFile(registry: Registry, announced: Announced, blocks: Bytes): LoadedFile {
  const parts = decodeLoadFile(blocks)
  const dataBlock = decipher(registry, announced, parts)
  const algorithm = HASH_BY_LENGTH[announced.hash.length as keyof typeof HASH_BY_LENGTH]
  if (algorithm && !equal(hash(algorithm, dataBlock), announced.hash)) throw new StatusError(SW.CONDITIONS)
  checkDaps(registry, announced, parts.daps)
  const cap = decodeCap(dataBlock)
  if (!equal(cap.aid, announced.aid)) throw new StatusError(SW.WRONG_DATA)
  const native = nativeName(cap)
  return {
    aid: announced.aid,
    version: bytes(cap.major, cap.minor),
    securityDomain: announced.securityDomain,
    modules: cap.applets.map((applet) => applet.aid),
    imports: cap.imports,
    size: dataBlock.length,
    ...(announced.provider && { provider: announced.provider }),
    ...(native && { native }),
  }
}

/** True when load files of this domain must come ciphered. */
export const needsCipher = (registry: Registry, domain: Bytes): boolean => {
  const app = registry.application(domain)
  return app !== undefined && has(app, PRIVILEGE.cipheredLoadFile)
}

/** GPC v2.3.1 §C.6: CBC with the ICV of D3 or none, padding 80 00; key 75/01 of the domain that the file goes to. */
function decipher(registry: Registry, { securityDomain, hash: fileHash }: Announced, parts: LoadFileParts): Bytes {
  if (parts.ciphered !== needsCipher(registry, securityDomain)) throw new StatusError(SW.CONDITIONS)
  if (!parts.ciphered) return parts.dataBlock
  const [key] = keyFor(registry, securityDomain, 'cipheredLoadFile') ?? []
  const aes = key?.tag === KEY_TYPE.aes
  if (!key || (!aes && key.tag !== KEY_TYPE.des) || fileHash.length < shortestHash([key])) {
    throw new StatusError(SW.CONDITIONS)
  }
  const size = aes ? 16 : 8
  const icv = parts.icv ?? new Uint8Array(size)
  if (icv.length !== size || parts.dataBlock.length % size !== 0) throw new StatusError(SW.WRONG_DATA)
  const clear = (aes ? aesCbcDecrypt : desCbcDecrypt)(key.value, parts.dataBlock, icv)
  try {
    return unpad(clear, size)
  } catch (error) {
    throw error instanceof SecureMessagingError ? new StatusError(SW.SECURITY_STATUS) : error
  }
}

/** The domains whose DAP block may not be missing: the associated one, and those with Mandated DAP. */
export const dapDomains = (registry: Registry, securityDomain: Bytes): Bytes[] =>
  registry
    .applications()
    // A locked domain still counts: its DAP fails, it does not become unnecessary.
    .filter(
      (app) => has(app, PRIVILEGE.dapVerification) && isPersonalized({ ...app, lifeCycle: app.lifeCycle & ~LOCKED }),
    )
    .filter((app) => has(app, PRIVILEGE.mandatedDap) || equal(app.aid, securityDomain))
    .map(({ aid }) => aid)

/** Missing blocks and domains that cannot check are 6985, wrong signatures 6982. Each block that is there is checked. */
function checkDaps(registry: Registry, { securityDomain, hash: fileHash }: Announced, daps: readonly DapBlock[]): void {
  const missing = dapDomains(registry, securityDomain).some(
    (aid) => !daps.some((dap) => equal(dap.securityDomain, aid)),
  )
  if (missing || (daps.length > 0 && fileHash.length === 0)) throw new StatusError(SW.CONDITIONS)
  for (const { securityDomain: aid, signature } of daps) {
    const domain = registry.application(aid)
    const able = domain && has(domain, PRIVILEGE.dapVerification) && isPersonalized(domain) && !isLocked(domain)
    const key = able && keyFor(registry, aid, 'dap')
    if (!key || fileHash.length < shortestHash(key)) throw new StatusError(SW.CONDITIONS)
    if (!verifyWith(key, fileHash, signature)) throw new StatusError(SW.SECURITY_STATUS)
  }
}

/** The name of built-in code in the Method component; a file with bytecode has none. */
function nativeName(cap: Cap): string | undefined {
  const method = cap.components.find(({ tag }) => tag === CAP_COMPONENT.method)?.content ?? NO_BYTES
  return method.length <= 64 && /^(2[0-9a-f]|[3-7][0-9a-f])+$/.test(hex(method)) ? fromUtf8(method) : undefined
}
