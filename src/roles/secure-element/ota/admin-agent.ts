// The administration agent: calls a server over TLS with a pre-shared key, gets scripts over HTTP, tells how they went.
// GPC-B §3, §4. What an attempt does on the wire is in admin-call.ts; here is when there is one, and when it ends.

import { type Bytes, bytes, equal, hex } from '../../../base/bytes.ts'
import { CAT, type CatObject, DEVICE, needCat, PROACTIVE } from '../../../codec/cat.ts'
import { CodecError } from '../../../codec/codec-error.ts'
import type { HttpResponse } from '../../../codec/http.ts'
import { decodeScript, encodeScriptAnswer } from '../../../codec/remote-script.ts'
import { SW } from '../../../codec/sw.ts'
import {
  ADMIN_CONTENT,
  ADMIN_HEADER,
  aidOf,
  callerOf,
  type ScriptStatus,
} from '../../../protocol/ota/admin-messages.ts'
import { decodeTrigger, type SessionTrigger } from '../../../protocol/ota/session-trigger.ts'
import type { CardServices } from '../card-services.ts'
import type { Records } from '../records.ts'
import { type Application, isSecurityDomain } from '../registry.ts'
import { StatusError } from '../status-error.ts'
import { AdminCall, type AdminRequest, isTarget } from './admin-call.ts'
import { preSharedKey, type ScriptKeys, tlsScriptKeys } from './packet-keys.ts'
import type { RemoteDomains } from './remote-domains.ts'
import { runScript } from './remote-script.ts'
import { type AdminSession, SessionRecord, type Unreported } from './session-record.ts'
import type { Toolkit } from './toolkit.ts'

const RETRY_TIMER = 1
const START_TIMER = 0x00
const CARD_IMAGE_NUMBER = 0x45

export interface AdminAgentParts {
  readonly records: Records
  readonly card: CardServices
  readonly domains: RemoteDomains
  readonly toolkit: Toolkit
}

export class AdminAgent {
  readonly #parts: AdminAgentParts
  readonly #record: SessionRecord
  #call: AdminCall | undefined

  constructor(parts: AdminAgentParts) {
    this.#parts = parts
    this.#record = new SessionRecord(parts.records)
  }

  /** The connection is gone with the power. */
  reset(): void {
    this.#call = undefined
  }

  /** A new session; the one before it gives way. Throws `CodecError` or `StatusError` for a trigger that cannot do. */
  trigger(domain: Application, data: Bytes): void {
    const trigger = decodeTrigger(data)
    if (!isSecurityDomain(domain)) throw new StatusError(SW.CONDITIONS)
    const { keyVersion, keyId } = trigger
    if (!preSharedKey(this.#parts.card.registry, domain.aid, keyVersion, keyId)) {
      throw new StatusError(SW.REFERENCE_NOT_FOUND)
    }
    const before = this.#record.get()
    if (before) this.#record.delete(before.domain)
    this.#call?.end()
    this.#record.put({ domain: domain.aid, trigger: data, failures: 0 })
    this.#begin(false)
  }

  /** After a reset: a session that the power cut broke counts as one that failed. */
  started(): void {
    if (this.#record.get()) this.#failed()
  }

  happened(objects: readonly CatObject[]): void {
    this.#call?.happened(objects)
  }

  timeIsUp(objects: readonly CatObject[]): void {
    if (needCat(objects, CAT.timerIdentifier)[0] === RETRY_TIMER && !this.#call) this.#begin(true)
  }

  #begin(resume: boolean): void {
    const session = this.#record.get()
    if (!session) return
    const trigger = decodeTrigger(session.trigger)
    const { toolkit, card } = this.#parts
    const psk = preSharedKey(card.registry, session.domain, trigger.keyVersion, trigger.keyId)
    if (!psk) {
      this.#finish(session)
      return
    }
    const call = new AdminCall(
      { toolkit, entropy: card.entropy, psk, trigger },
      {
        first: () => this.#request(trigger, session.domain, resume),
        answered: (response) => (this.#call === call ? this.#answered(trigger, response) : undefined),
        lost: () => {
          if (this.#call === call) this.#failed()
        },
      },
    )
    this.#call = call
    call.begin()
  }

  /** What is said next: the answer that the server does not have yet, or that the card is here. */
  #request(trigger: SessionTrigger, domain: Bytes, resume: boolean): AdminRequest {
    const iccid = hex(this.#parts.card.registry.object(domain, CARD_IMAGE_NUMBER) ?? bytes())
    const unreported = this.#record.get()?.unreported
    const from = trigger.agent ?? callerOf(iccid, domain)
    return {
      uri: unreported?.uri ?? trigger.uri,
      headers: [
        [ADMIN_HEADER.from, from],
        ...(resume ? [[ADMIN_HEADER.resume, 'true'] as const] : []),
        ...(unreported ? [[ADMIN_HEADER.status, unreported.status] as const] : []),
      ],
      ...(unreported && unreported.answer.length > 0 && { answer: unreported.answer }),
    }
  }

  /** The next request, or nothing when the session has come to its end. */
  #answered(trigger: SessionTrigger, { status, headers, body }: HttpResponse): AdminRequest | undefined {
    const session = this.#record.get()
    const next = headers.get(ADMIN_HEADER.next.toLowerCase())
    const wrong = (status !== 200 && status !== 204) || (next !== undefined && !isTarget(next))
    if (!session || wrong) return this.#failed()
    if (status === 204 || body.length === 0) {
      const { unreported: _, ...reported } = session
      if (!next) return this.#finish(session)
      this.#record.put(reported)
      return { ...this.#request(trigger, session.domain, false), uri: next }
    }
    if (headers.get('content-type') !== ADMIN_CONTENT.script) return this.#failed()
    const outcome = this.#carryOut(session.domain, trigger, headers.get(ADMIN_HEADER.targeted.toLowerCase()), body)
    if (!next) return this.#finish(session)
    this.#record.put({ ...session, unreported: { uri: next, ...outcome } })
    return this.#request(trigger, session.domain, false)
  }

  #finish({ domain }: AdminSession): undefined {
    this.#record.delete(domain)
    this.#call?.end()
    this.#call = undefined
    return undefined
  }

  /** Tried again after the delay, as often as the trigger said. */
  #failed(): undefined {
    const session = this.#record.get()
    this.#call?.end()
    this.#call = undefined
    if (!session) return undefined
    const { retry } = decodeTrigger(session.trigger)
    if (!retry || session.failures >= retry.count) return this.#finish(session)
    this.#record.put({ ...session, failures: session.failures + 1 })
    const objects = [
      { tag: CAT.timerIdentifier, value: bytes(RETRY_TIMER) },
      { tag: CAT.timerValue, value: retry.delay },
    ]
    this.#parts.toolkit.ask({ type: PROACTIVE.timerManagement, qualifier: START_TIMER, to: DEVICE.terminal, objects })
    return undefined
  }

  #carryOut(
    domain: Bytes,
    { keyVersion }: SessionTrigger,
    targeted: string | undefined,
    body: Bytes,
  ): Omit<Unreported, 'uri'> {
    const target = this.#target(tlsScriptKeys(domain, keyVersion), targeted)
    if (typeof target === 'string') return { status: target, answer: bytes() }
    try {
      const script = decodeScript(body)
      const { records, card } = this.#parts
      const answer = runScript({ records, memory: card.memory }, target, script)
      return { status: 'ok', answer: encodeScriptAnswer('indefinite', answer) }
    } catch (error) {
      if (!(error instanceof CodecError)) throw error
      return { status: 'ok', answer: encodeScriptAnswer('indefinite', { responses: [], executed: 0, end: BAD_SCRIPT }) }
    }
  }

  /** The domain itself, or one of its own: one that has keys is another's, who must open a channel inside. */
  #target(keys: ScriptKeys, targeted: string | undefined) {
    const { registry } = this.#parts.card
    const aid = targeted === undefined ? keys.domain : aidOf(targeted)
    const app = aid && registry.application(aid)
    if (!app) return 'unknown-application' satisfies ScriptStatus
    if (!isSecurityDomain(app)) return 'not-a-security-domain' satisfies ScriptStatus
    const own = equal(app.aid, keys.domain)
    const below = equal(app.securityDomain, keys.domain)
    const target = own || below ? this.#parts.domains.at(app, keys) : undefined
    return target ?? ('security-error' satisfies ScriptStatus)
  }
}

/** A body that is no script at all: a tag that is not known. */
const BAD_SCRIPT = { tag: 0x90, value: bytes(0x01) }
