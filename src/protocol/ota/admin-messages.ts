// Remote administration over HTTP: headers and content of what card and server say to each other. GPC-B §4.
// Observed: njiwa, cards in use. Scripts are those of secured packets, with indefinite length.

import { type Bytes, fromHex, hex } from '../../base/bytes.ts'
import { decodeCommand, encodeCommand, type Response } from '../../codec/apdu.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { decodeScriptAnswer, encodeScript } from '../../codec/remote-script.ts'

export const ADMIN_PROTOCOL = 'globalplatform-remote-admin/1.0'
export const ADMIN_CONTENT = {
  script: 'application/vnd.globalplatform.card-content-mgt;version=1.0',
  answer: 'application/vnd.globalplatform.card-content-mgt-response;version=1.0',
} as const
export const ADMIN_HEADER = {
  protocol: 'X-Admin-Protocol',
  from: 'X-Admin-From',
  status: 'X-Admin-Script-Status',
  resume: 'X-Admin-Resume',
  next: 'X-Admin-Next-URI',
  targeted: 'X-Admin-Targeted-Application',
} as const

/** How a script went, as a whole. */
export type ScriptStatus = 'ok' | 'unknown-application' | 'not-a-security-domain' | 'security-error'
export const SCRIPT_STATUSES = ['ok', 'unknown-application', 'not-a-security-domain', 'security-error'] as const

const RID = 5

/** `//aid/<RID>/<PIX>`. */
export const applicationUri = (aid: Bytes): string =>
  `//aid/${hex(aid.subarray(0, RID))}/${hex(aid.subarray(RID))}`.toUpperCase().replace('//AID', '//aid')

/** The AID in such a name; undefined when it is none. */
export function aidOf(uri: string): Bytes | undefined {
  const [, rid, pix] = /^\/\/aid\/([0-9a-f]{10})\/((?:[0-9a-f]{2}){0,11})$/i.exec(uri) ?? []
  return rid === undefined ? undefined : fromHex(`${rid}${pix}`)
}

/** Who calls: the card by its ICCID, and the domain whose agent it is. */
export const callerOf = (iccid: string, domain: Bytes): string =>
  `//se-id/iccid/${iccid.toUpperCase()};//aa-id${applicationUri(domain).slice(1)}`

export interface AdminPost {
  /** Path and query. */
  readonly target: string
  readonly header: (name: string) => string | undefined
  readonly body: Bytes
}

export interface AdminReply {
  readonly status: 200 | 204 | 400
  readonly headers: Readonly<Record<string, string>>
  readonly body: Bytes
}

/** What a server says to the one card that has this key. */
export interface AdminSession {
  readonly psk: Bytes
  readonly post: (post: AdminPost) => Promise<AdminReply>
  /** The card has not called for so long that it will not. */
  readonly lost: () => void
}

/** The administration server as a port: sessions are expected there, each by the identity of its key. */
export interface AdminGate {
  /** Where the card is to call. */
  expect(identity: string, session: AdminSession): Promise<{ readonly host: string; readonly port: number }>
  forget(identity: string, session: AdminSession): void
}

/** The card would not carry out a script at all. */
export class ScriptRefused extends Error {
  override readonly name = 'ScriptRefused'
  readonly status: string

  constructor(status: string) {
    super(`script refused: ${status}`)
    this.status = status
  }
}

/** A script of one command, which asks for all that is answered: no GET RESPONSE finds it in a later script. */
export function onlyCommand(encoded: Bytes): Bytes {
  const { le = 256, ...asked } = decodeCommand(encoded)
  return encodeScript([encodeCommand({ ...asked, le })], 'indefinite')
}

/** The answer of a script of one command; undefined for anything else. */
export function onlyResponse(body: Bytes): Response | undefined {
  try {
    const { responses, end } = decodeScriptAnswer(body)
    return responses.length === 1 && !end ? responses[0] : undefined
  } catch (error) {
    if (error instanceof CodecError) return undefined
    throw error
  }
}
