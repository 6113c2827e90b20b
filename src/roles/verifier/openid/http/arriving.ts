// What a request says before the provider reads it: where it arrived, and what a browser posted.

import type { IncomingMessage } from 'node:http'
import { errors } from 'oidc-provider'

/** Addresses are those of the issuer, whatever `Host` a request names (RFC 9110 §17.1); TLS ends before this process, if there is any. */
export function atIssuer({ headers }: IncomingMessage, issuer: string): void {
  const { host, protocol } = new URL(issuer)
  headers.host = host
  delete headers['x-forwarded-host']
  if (protocol === 'https:') headers['x-forwarded-proto'] = 'https'
}

/** A longer address would be refused by the server of the next request. */
const MOST_POSTED = 8192

/** As text; undefined when it is longer than `most` characters. */
export async function bodyOf(req: IncomingMessage, most: number): Promise<string | undefined> {
  let text = ''
  for await (const part of req.setEncoding('utf8')) {
    text += part
    if (text.length > most) return undefined
  }
  return text
}

/** Where browsers may post a request as a form. */
export const isForm = ({ method }: IncomingMessage, below: string): boolean =>
  method === 'POST' && /^(\/auth|\/session\/end)(\?|$)/.test(below)

const FORM = /^application\/x-www-form-urlencoded(;|$)/i

/**
 * What was posted, as if it stood in the address: so the cookies of this place need not come with forms of other sites.
 * OpenID Connect Core 1.0 §3.1.2.1; OpenID Connect RP-Initiated Logout 1.0 §2.
 */
export async function formAddress(req: IncomingMessage, below: string): Promise<string> {
  const form = FORM.test(req.headers['content-type'] ?? '') ? await bodyOf(req, MOST_POSTED) : undefined
  if (form === undefined) throw new errors.InvalidRequest('a form that can be read')
  return `${below.replace(/\?.*/, '')}?${new URLSearchParams(form)}`
}
