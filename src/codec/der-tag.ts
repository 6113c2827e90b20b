// Identifier octets of DER elements: class, form and number in one octet. ITU-T X.690 §8.1.2, X.680 §8.6.
// Tag numbers above 30 take several octets; no structure of this system has them, so they are refused.

export const TAG = {
  BOOLEAN: 0x01,
  INTEGER: 0x02,
  BIT_STRING: 0x03,
  OCTET_STRING: 0x04,
  NULL: 0x05,
  OID: 0x06,
  ENUMERATED: 0x0a,
  UTF8_STRING: 0x0c,
  NUMERIC_STRING: 0x12,
  PRINTABLE_STRING: 0x13,
  TELETEX_STRING: 0x14,
  IA5_STRING: 0x16,
  UTC_TIME: 0x17,
  GENERALIZED_TIME: 0x18,
  VISIBLE_STRING: 0x1a,
  UNIVERSAL_STRING: 0x1c,
  BMP_STRING: 0x1e,
  SEQUENCE: 0x30,
  SET: 0x31,
} as const

export const CONSTRUCTED = 0x20

/** `[n] IMPLICIT` over a primitive type. */
export const contextPrimitive = (n: number): number => 0x80 | n

/** `[n] EXPLICIT`, or `[n] IMPLICIT` over a constructed type. */
export const contextConstructed = (n: number): number => 0xa0 | n
