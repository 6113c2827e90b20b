// Specimens for tests of bearers: a SIM with keys for packets and TLS, a terminal without a network, a sender.

import type { Carry } from '../../../adapters/handset/testing/networks.ts'
import { type Bytes, bytes, equal, fromHex } from '../../../base/bytes.ts'
import type { Memory } from '../../../base/ports.ts'
import { command, decodeResponse, encodeCommand, type Response } from '../../../codec/apdu.ts'
import {
  CAT,
  decodeProactive,
  encodeTerminalResponse,
  findCat,
  PROACTIVE,
  RESULT,
  smsPpDownload,
} from '../../../codec/cat.ts'
import { decodeSubmit } from '../../../codec/sms.ts'
import { decodeUserData } from '../../../codec/sms-parts.ts'
import * as gp from '../../../protocol/globalplatform/index.ts'
import { SECRET_KEY_TYPE } from '../../../protocol/globalplatform/key-set.ts'
import { KEY_TYPE } from '../../../protocol/globalplatform/key-type.ts'
import { type Dialogue, run } from '../../../protocol/iso7816/index.ts'
import { JPKI, jpkiLoadFile } from '../../../protocol/jpki-ap/index.ts'
import { openResponse, type PacketKeys } from '../../../protocol/ota/scp80.ts'
import { type Exchange, FULL_SECURITY, type PacketRoute, PacketSender } from '../../../protocol/ota/sender.ts'
import { TAR } from '../../../protocol/ota/toolkit-parameters.ts'
import type { SecureElement } from '../contract.ts'
import { manufactureSecureElement } from '../index.ts'
import { ICCID, ISD_KEYS, SpecimenMemory, wake } from '../specimen.ts'

const COUNTING = fromHex('000102030405060708090a0b0c0d0e0f')
/** The key set of the published vectors, which is also that of the specimen SIM. */
export const AES_KEYS: PacketKeys = {
  version: 1,
  kic: { algorithm: 'aes', value: COUNTING },
  kid: { algorithm: 'aes', value: COUNTING },
}
const DES_KIC = fromHex('303132333435363738393a3b3c3d3e3f')
export const DES_KEYS: PacketKeys = {
  version: 2,
  kic: { algorithm: 'des3', value: DES_KIC },
  kid: { algorithm: 'des3', value: COUNTING },
}
export const KIK = fromHex('505152535455565758595a5b5c5d5e5f')
/** Of the administration server; version 40, identifier 01. */
export const PSK = fromHex('606162636465666768696a6b6c6d6e6f')
export const PSK_IDENTITY = 'sim-1'
export const SENDER = { type: 0x91, digits: '819012345678' }

export function otaMemory(memory: Memory): void {
  const { aes, des } = SECRET_KEY_TYPE
  manufactureSecureElement(memory, {
    iccid: ICCID,
    isdKeys: ISD_KEYS,
    furtherKeys: [
      { version: 1, id: 1, components: [{ tag: aes, value: COUNTING }] },
      { version: 1, id: 2, components: [{ tag: aes, value: COUNTING }] },
      { version: 1, id: 3, components: [{ tag: aes, value: KIK }] },
      { version: 2, id: 1, components: [{ tag: des, value: DES_KIC }] },
      { version: 2, id: 2, components: [{ tag: des, value: COUNTING }] },
      { version: 2, id: 3, components: [{ tag: des, value: DES_KIC }] },
      { version: 0x40, id: 1, components: [{ tag: KEY_TYPE.psk, value: PSK }] },
      { version: 0x40, id: 2, components: [{ tag: aes, value: KIK }] },
    ],
  })
}

export function otaSim(memory: SpecimenMemory = new SpecimenMemory()): SecureElement {
  otaMemory(memory)
  return wake(memory)
}

export const sender = (route: Partial<PacketRoute> = {}): PacketSender =>
  new PacketSender({ keys: AES_KEYS, tar: TAR.ram, spi: FULL_SECURITY, from: SENDER, lastCounter: 0, ...route })

const send = (card: SecureElement, ins: number, data: Bytes): Response =>
  decodeResponse(card.process(encodeCommand(command(0x80, ins, 0, 0, data, 256))))

export const terminalProfile = (card: SecureElement): Response => send(card, 0x10, new Uint8Array(20).fill(0xff))
export const envelope = (card: SecureElement, data: Bytes): Response => send(card, 0xc2, data)
export const deliver = (card: SecureElement, tpdu: Bytes): Response => envelope(card, smsPpDownload(tpdu))

/** Fetches all that waits; the user data of the messages that the card sent. Nothing else is done. */
export function submitted(card: SecureElement): Bytes[] {
  const sent: Bytes[] = []
  for (;;) {
    const { data, sw } = decodeResponse(card.process(encodeCommand(command(0x80, 0x12, 0, 0, bytes(), 256))))
    if (sw !== 0x9000) return sent
    const asked = decodeProactive(data)
    const tpdu = findCat(asked.objects, CAT.smsTpdu)
    if (asked.type === PROACTIVE.sendShortMessage && tpdu) sent.push(decodeSubmit(tpdu).userData)
    send(card, 0x14, encodeTerminalResponse({ ...asked, result: RESULT.ok, information: bytes(), objects: [] }))
  }
}

/** Carries an exchange over a perfect network: every message arrives once, in order. */
export function exchanged<T>(card: SecureElement, exchange: Exchange<T>): T {
  let step = exchange.next()
  while (!step.done) {
    const answers = step.value.map((tpdu) => deliver(card, tpdu).data)
    step = exchange.next(answers.find((answer) => answer.length > 0))
  }
  return step.value
}

/** Over a network that takes its time. */
export async function carried<T>(exchange: Exchange<T>, carry: Carry): Promise<T> {
  let step = exchange.next()
  while (!step.done) step = exchange.next(await carry(step.value))
  return step.value
}

/** Loads and installs what is not there yet: it can be begun again after any loss. */
export function* deploy(): Dialogue<void> {
  const files = yield* gp.getStatus('loadFiles', { prefix: JPKI.loadFile })
  if (!files.some(({ aid }) => equal(aid, JPKI.loadFile))) {
    yield* gp.installForLoad({ aid: JPKI.loadFile, securityDomain: gp.AID.isd, dataBlock: jpkiLoadFile() })
    yield* gp.load(jpkiLoadFile(), { capacity: 100 })
  }
  const applications = yield* gp.getStatus('applications', { prefix: JPKI.aid })
  if (!applications.some(({ aid }) => equal(aid, JPKI.aid))) yield* gp.installForInstallAndMakeSelectable(JPKI)
}

export const isThere = (card: SecureElement) => run(card.link(), gp.select(JPKI.aid))

/** Status of the response packet in an acknowledgement; undefined when there is none. */
export function status(acknowledgement: Uint8Array, keys: PacketKeys = AES_KEYS): number | undefined {
  if (acknowledgement.length === 0) return undefined
  const { content } = decodeUserData(acknowledgement)
  return openResponse(content, FULL_SECURITY, 0, keys).status
}
