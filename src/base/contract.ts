// A role's contract: operations with the schemas of what goes in and comes out. From it come the TypeScript
// interface, the HTTP routes and the HTTP client, so that one process or twelve speak the same.

import { z } from 'zod'
import { type Bytes, base64url, fromBase64url } from './bytes.ts'

export interface Operation<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly summary: string
  readonly input: I
  readonly output: O
}

export interface Contract {
  readonly role: string
  readonly operations: Record<string, Operation>
}

/** The interface that a role implements and others call. Values are rich inside (bytes, dates, bigints). */
export type Implementation<C extends Contract> = {
  [K in keyof C['operations']]: (
    input: z.output<C['operations'][K]['input']>,
  ) => Promise<z.output<C['operations'][K]['output']>>
}

export const contract = <const C extends Contract>(definition: C): C => definition

export const operation = <I extends z.ZodType, O extends z.ZodType>(
  summary: string,
  input: I,
  output: O,
): Operation<I, O> => ({
  summary,
  input,
  output,
})

/** Bytes: base64url on the wire. */
export const zBytes = z.codec(
  z.base64url(),
  z.custom<Bytes>((value) => value instanceof Uint8Array),
  {
    decode: (text) => fromBase64url(text),
    encode: (value) => base64url(value),
  },
)

/** A point in time: ISO 8601 on the wire. */
export const zTime = z.codec(z.iso.datetime(), z.date(), {
  decode: (text) => new Date(text),
  encode: (value) => value.toISOString(),
})

/** A certificate serial number: decimal digits on the wire, a bigint inside. */
export const zSerial = z.codec(z.string().regex(/^[0-9]{1,49}$/), z.bigint(), {
  decode: (text) => BigInt(text),
  encode: (value) => value.toString(),
})

/** Shown to people as it is written: one line, with nothing that is invisible or turns what follows (Unicode Cc, Cf, Zl, Zp). */
export const zLine = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^(?=.*\S)[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u)

export const zNothing = z.object({})

/** 基本4情報. Never in logs, errors or URLs. */
export const zFourInfo = z.object({
  name: z.string(),
  address: z.string(),
  /** YYYY-MM-DD, Gregorian. */
  birthDate: z.iso.date(),
  /** JPKI coding: 1 male, 2 female, 3 other or unknown. */
  gender: z.enum(['1', '2', '3']),
})
export type FourInfo = z.output<typeof zFourInfo>

export const zVerdict = z.object({
  outcome: z.enum(['passed', 'failed', 'indeterminate']),
  checks: z
    .array(
      z.object({
        name: z.string(),
        cite: z.string(),
        outcome: z.enum(['passed', 'failed', 'indeterminate']),
        evidence: z.string(),
      }),
    )
    .readonly(),
})
