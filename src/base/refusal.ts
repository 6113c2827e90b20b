// Expected "no": a stable code `role/name`, an HTTP status and a text that is safe to show.

export type RefusalTable = Record<string, readonly [status: number, text: string]>
export type RefusalDetail = Record<string, string | number | boolean>

export class Refusal extends Error {
  /** The code: a log tells errors by their names. */
  override readonly name: string
  readonly code: string
  readonly status: number
  readonly detail: RefusalDetail

  constructor(code: string, status: number, text: string, detail: RefusalDetail = {}, cause?: unknown) {
    super(text, cause === undefined ? undefined : { cause })
    this.name = code
    this.code = code
    this.status = status
    this.detail = detail
  }
}

/** For a log: the code of a refusal, of the operating system or of SQL, or the name of the error. Never its text, which may quote somebody. */
export function reasonOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name: string }
  return typeof code === 'string' && /^[\w/-]{1,64}$/.test(code) ? code : name
}

export type Refusals<T extends RefusalTable> = {
  [K in keyof T]: (detail?: RefusalDetail, cause?: unknown) => Refusal
} & {
  readonly table: T
}

/**
 * Makes one constructor per row: `throw no.simNotCertified({ iccid })`.
 * `detail` is shown to the caller: never a PIN, a key or one of the four facts.
 */
export function refusals<const T extends RefusalTable>(role: string, table: T): Refusals<T> {
  const make = Object.entries(table).map(([name, [status, text]]) => [
    name,
    (detail?: RefusalDetail, cause?: unknown) => new Refusal(`${role}/${name}`, status, text, detail, cause),
  ])
  return { ...Object.fromEntries(make), table }
}
