// An administration session in the card's memory: it goes on after a loss of the connection, and of power.
// Ours: docs/profile.md#administration-over-http. The answer of a script is kept with what the script did, in one commit.

import { type Bytes, bytes, concat, fromHex, fromUtf8, hex, NO_BYTES, utf8 } from '../../../base/bytes.ts'
import { decodeTlvs, findTlv, needTlv, tlv } from '../../../codec/tlv.ts'
import { SCRIPT_STATUSES, type ScriptStatus } from '../../../protocol/ota/admin-messages.ts'
import type { RecordStore } from '../records.ts'

/** What the server has not heard of yet. */
export interface Unreported {
  readonly uri: string
  readonly status: ScriptStatus
  /** Response script; empty when the script was not carried out. */
  readonly answer: Bytes
}

export interface AdminSession {
  readonly domain: Bytes
  readonly trigger: Bytes
  readonly failures: number
  readonly unreported?: Unreported
}

const TAG = { trigger: 0x80, failures: 0x81, uri: 0x82, status: 0x83, answer: 0x84 } as const
const nameOf = (domain: Bytes): string => `ota/${hex(domain)}/session`
const NAME = /^ota\/([0-9a-f]+)\/session$/

/** One session for the whole card: the terminal has one connection for it. */
export class SessionRecord {
  readonly #records: RecordStore

  constructor(records: RecordStore) {
    this.#records = records
  }

  get(): AdminSession | undefined {
    const name = this.#records.names('ota/').find((each) => NAME.test(each))
    return name === undefined ? undefined : decode(fromHex(NAME.exec(name)![1]!), this.#records.get(name)!)
  }

  put(session: AdminSession): void {
    this.#records.set(nameOf(session.domain), encode(session))
  }

  delete(domain: Bytes): void {
    this.#records.delete(nameOf(domain))
  }
}

const encode = ({ trigger, failures, unreported }: AdminSession): Bytes =>
  concat(
    tlv(TAG.trigger, trigger),
    tlv(TAG.failures, bytes(failures >> 8, failures & 0xff)),
    unreported
      ? concat(
          tlv(TAG.uri, utf8(unreported.uri)),
          tlv(TAG.status, bytes(SCRIPT_STATUSES.indexOf(unreported.status))),
          tlv(TAG.answer, unreported.answer),
        )
      : NO_BYTES,
  )

function decode(domain: Bytes, record: Bytes): AdminSession {
  const objects = decodeTlvs(record)
  const [high = 0, low = 0] = needTlv(objects, TAG.failures)
  const session = { domain, trigger: needTlv(objects, TAG.trigger), failures: (high << 8) | low }
  const uri = findTlv(objects, TAG.uri)
  if (!uri) return session
  const status = SCRIPT_STATUSES[needTlv(objects, TAG.status)[0]!]!
  return { ...session, unreported: { uri: fromUtf8(uri), status, answer: needTlv(objects, TAG.answer) } }
}
