// Where a transmitter of the Shared Signals Framework describes itself. SSF 1.0 §7.2.

/** From the root of the issuer's host: `/.well-known/ssf-configuration/verifier` for `https://host/verifier`. */
export const metadataPath = (issuer: string): string =>
  `/.well-known/ssf-configuration${new URL(issuer).pathname.replace(/\/$/, '')}`
