// Which paths are the verifier's, and which of them are asked with access tokens of services.

/** Metadata and streams of security events, and the API; the rest of the verifier's paths is the OpenID provider's. */
export const isSsf = (url: string): boolean =>
  isApi(url) || /^\/(verifier\/ssf\/|\.well-known\/ssf-configuration\/)/.test(url)

export const isApi = (url: string): boolean =>
  /^\/(verifier\/(api\/|access\/v1\/|openapi\.json$)|\.well-known\/authzen-configuration\/)/.test(url)

/** All of it below the issuer, and RFC 8414 §3.1. */
export const isOpenId = (url: string): boolean =>
  url.startsWith('/verifier/') || url === '/.well-known/oauth-authorization-server/verifier'
