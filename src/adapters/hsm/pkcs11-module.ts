// The optional package pkcs11js, as far as we use it; imported when first needed, because it may not be there.
// Its own types are not imported for the same reason. PKCS#11 v2.40; observed: pkcs11js 2.1.7.

export type Handle = Buffer

export interface Attribute {
  readonly type: number
  readonly value?: Buffer | number | boolean | string | undefined
}

export interface Mechanism {
  readonly mechanism: number
}

export interface Pkcs11 {
  load(path: string): void
  C_Initialize(options?: { flags?: number }): void
  C_GetSlotList(withToken: boolean): Handle[]
  C_GetTokenInfo(slot: Handle): { readonly label: string; readonly serialNumber: string; readonly model: string }
  C_OpenSession(slot: Handle, flags: number): Handle
  C_Login(session: Handle, user: number, pin: string): void
  C_FindObjectsInit(session: Handle, template: readonly Attribute[]): void
  C_FindObjects(session: Handle, most: number): Handle[]
  C_FindObjectsFinal(session: Handle): void
  C_GetAttributeValue(session: Handle, object: Handle, template: readonly Attribute[]): { readonly value: Buffer }[]
  C_GenerateKeyPair(
    session: Handle,
    mechanism: Mechanism,
    publicTemplate: readonly Attribute[],
    privateTemplate: readonly Attribute[],
  ): { readonly publicKey: Handle; readonly privateKey: Handle }
  C_SignInit(session: Handle, mechanism: Mechanism, key: Handle): void
  C_SignAsync(session: Handle, data: Buffer, room: Buffer): Promise<Buffer>
}

/** PKCS#11 v2.40, pkcs11t.h. */
export const CK = {
  OS_LOCKING_OK: 2,
  RW_SESSION: 2,
  SERIAL_SESSION: 4,
  USER: 1,
  RSA_PKCS_KEY_PAIR_GEN: 0x0000,
  RSA_PKCS: 0x0001,
  EC_KEY_PAIR_GEN: 0x1040,
  ECDSA: 0x1041,
} as const

/** Object classes and attributes. PKCS#11 v2.40, pkcs11t.h. */
export const CKO = { PUBLIC_KEY: 2, PRIVATE_KEY: 3 } as const
export const CKA = {
  CLASS: 0x000,
  TOKEN: 0x001,
  PRIVATE: 0x002,
  LABEL: 0x003,
  ID: 0x102,
  SENSITIVE: 0x103,
  SIGN: 0x108,
  VERIFY: 0x10a,
  MODULUS: 0x120,
  MODULUS_BITS: 0x121,
  PUBLIC_EXPONENT: 0x122,
  EXTRACTABLE: 0x162,
  EC_PARAMS: 0x180,
  EC_POINT: 0x181,
} as const

/** Says `not installed` when the package is not there. */
export async function loadPkcs11(modulePath: string): Promise<Pkcs11> {
  const packageName = 'pkcs11js'
  const { PKCS11 } = ((await import(packageName)) as { default: { PKCS11: new () => Pkcs11 } }).default
  const pkcs11 = new PKCS11()
  pkcs11.load(modulePath)
  return pkcs11
}
