// Access tokens that come in the header. RFC 6750 §2.1 and §3.1.

/** Undefined where the header has none. */
export const bearerIn = (authorization: string | null | undefined): string | undefined =>
  /^Bearer ([\w.~+/=-]+)$/i.exec(authorization ?? '')?.[1]

/** With a 401: there is no token, or it is not good for this. */
export const INVALID_TOKEN = { 'www-authenticate': 'Bearer error="invalid_token"' } as const
