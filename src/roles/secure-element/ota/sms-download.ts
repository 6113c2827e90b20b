// Short messages for the card: parts put together, packets handed on, answers sent back.
// 3GPP TS 31.111 §7.1; 3GPP TS 31.115 §4. Parts that are not complete are lost with the power.

import { type Bytes, NO_BYTES } from '../../../base/bytes.ts'
import { CAT, type CatObject, DEVICE, needCat, PROACTIVE } from '../../../codec/cat.ts'
import { PACKET_STATUS } from '../../../codec/secured-packet.ts'
import { DATA_DOWNLOAD, decodeDeliver, encodeSubmit, type SmsAddress } from '../../../codec/sms.ts'
import { ELEMENT, encodeUserData, Reassembly, splitUserData } from '../../../codec/sms-parts.ts'
import { SW } from '../../../codec/sw.ts'
import { plainResponse } from '../../../protocol/ota/scp80.ts'
import { StatusError } from '../status-error.ts'
import type { PacketAnswer, RemoteManagement } from './remote-management.ts'
import type { Toolkit } from './toolkit.ts'

/** User data that fit the acknowledgement of the message. 3GPP TS 31.111 §7.1.1. */
const ACKNOWLEDGEMENT_MAX = 128

export class SmsDownload {
  readonly #management: RemoteManagement
  readonly #toolkit: Toolkit
  #parts = new Reassembly()
  #reference = 0

  constructor(management: RemoteManagement, toolkit: Toolkit) {
    this.#management = management
    this.#toolkit = toolkit
  }

  reset(): void {
    this.#parts = new Reassembly()
  }

  /** What is acknowledged with the message: a response packet with its header, or nothing. */
  receive(objects: readonly CatObject[]): Bytes {
    const sms = decodeDeliver(needCat(objects, CAT.smsTpdu))
    if (!sms.header || sms.pid !== DATA_DOWNLOAD.pid) throw new StatusError(SW.WRONG_DATA)
    const { address } = sms
    const whole = this.#parts.take(`${address.type}/${address.digits}`, sms.userData)
    if (!whole) return NO_BYTES
    if (!whole.elements.some(({ id }) => id === ELEMENT.command)) throw new StatusError(SW.WRONG_DATA)
    const answer = this.#management.receive(whole.content)
    return answer ? this.#answer(answer, address) : NO_BYTES
  }

  /** With the acknowledgement, if it fits and nothing else was asked; otherwise a message of its own. */
  #answer({ packet, bySubmit }: PacketAnswer, to: SmsAddress): Bytes {
    const userData = { elements: [{ id: ELEMENT.response, value: NO_BYTES }], content: packet }
    const acknowledged = encodeUserData(userData)
    if (!bySubmit && acknowledged.length <= ACKNOWLEDGEMENT_MAX) return acknowledged
    this.#reference = (this.#reference + 1) & 0xff
    for (const part of splitUserData(userData, this.#reference)) this.#submit(part, to)
    if (bySubmit) return NO_BYTES
    const tar = packet.slice(3, 6)
    const elsewhere = { tar, counter: 0, status: PACKET_STATUS.answerBySubmit, data: NO_BYTES }
    return encodeUserData({ ...userData, content: plainResponse(elsewhere) })
  }

  #submit(userData: Bytes, to: SmsAddress): void {
    const sms = { flags: 0, header: true, reference: 0, address: to, pid: 0, dcs: DATA_DOWNLOAD.dcs }
    const tpdu = encodeSubmit({ ...sms, validity: NO_BYTES, userData })
    const objects = [{ tag: CAT.smsTpdu, value: tpdu }]
    this.#toolkit.ask({ type: PROACTIVE.sendShortMessage, qualifier: 0, to: DEVICE.network, objects })
  }
}
