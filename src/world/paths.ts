// Which paths of the verifier are asked with access tokens of services; the rest of them is the OpenID provider's.

/** Metadata and streams of security events, and the API; the rest of the verifier's paths is the OpenID provider's. */
export const isSsf = (url: string): boolean =>
  isApi(url) || /^\/(verifier\/ssf\/|\.well-known\/ssf-configuration\/)/.test(url)

export const isApi = (url: string): boolean =>
  /^\/(verifier\/(api\/|access\/v1\/|openapi\.json$)|\.well-known\/authzen-configuration\/)/.test(url)
