// The bytes that tokens, receipts and DAP blocks are made over, for card and off-card side alike.
// GPC v2.3.1 App. C, §11.6. Who checks what is said elsewhere.

import { type Bytes, bytes, concat, fromUint, u16 } from '../../base/bytes.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { decodeLvs, decodeTlvs, encodeLength, lv, needTlv, readLength, readTlv, tlv } from '../../codec/tlv.ts'
import { encodeLc } from './secure-session.ts'

/** Key versions by use. GPC UICC configuration. */
export const KEY_VERSION = { token: 0x70, receipt: 0x71, dap: 0x73, cipheredLoadFile: 0x75 } as const

/** What a token signs: P1 P2, Lc and the data before the token field. GPC v2.3.1 App. C. */
export const tokenInput = (p1: number, p2: number, signed: Bytes): Bytes =>
  concat(bytes(p1, p2), encodeLc(signed.length), signed)

/** The LV fields of INSTALL, and the data as far as the last one: that is what the token signs. */
export function splitInstall(data: Bytes): { readonly fields: Bytes[]; readonly signed: Bytes } {
  const fields = decodeLvs(data)
  let last = 0
  for (let at = 0; at < data.length; ) {
    last = at
    const [length, start] = data[at] === 0x80 ? [0x80, at + 1] : readLength(data, at)
    at = start + length
  }
  return { fields, signed: data.slice(0, last) }
}

export interface Confirmation {
  readonly receipt: Bytes
  readonly counter: number
  /** Objects 42 and 45 of the domain that made the receipt, joined. */
  readonly domainData: Bytes
  /** When the token had one (object 93). */
  readonly tokenId?: Bytes
}

/** GPC v2.3.1 Table 11-14. */
const confirmationData = ({ counter, domainData, tokenId }: Omit<Confirmation, 'receipt'>): Bytes =>
  concat(bytes(2), u16(counter), lv(domainData), ...(tokenId ? [lv(tokenId)] : []))

/** What a receipt is made over; `fields` depend on the command (GPC v2.3.1 App. C). */
export const receiptInput = (data: Omit<Confirmation, 'receipt'>, fields: readonly Bytes[]): Bytes =>
  concat(confirmationData(data), ...fields.map(lv))

/** The answer with a receipt. GPC v2.3.1 App. C. */
export const encodeConfirmation = ({ receipt, ...data }: Confirmation): Bytes =>
  lv(concat(lv(receipt), confirmationData(data)))

/** Any bytes to a confirmation, or a `CodecError`; undefined when the card made no receipt. */
export function decodeConfirmation(answer: Bytes): Confirmation | undefined {
  const [body, ...more] = decodeLvs(answer)
  if (!body || more.length > 0) throw new CodecError('confirmation/length', 'not one LV field')
  if (body.length === 0) return undefined
  const [receipt, counter, domainData, tokenId] = decodeLvs(body)
  if (!receipt || counter?.length !== 2 || !domainData)
    throw new CodecError('confirmation/fields', 'fields are missing')
  return { receipt, counter: fromUint(counter), domainData, ...(tokenId && { tokenId }) }
}

export interface DapBlock {
  readonly securityDomain: Bytes
  /** Over the hash of the load file data block, as a message. */
  readonly signature: Bytes
}

/** The data block of a load file as it is. GPC v2.3.1 §11.6. */
const clearBlock = (dataBlock: Bytes): Bytes => concat(bytes(0xc4), encodeLength(dataBlock.length), dataBlock)

/** A load file: DAP blocks, then the data block, in the clear unless it was ciphered. GPC v2.3.1 §11.6. */
export const encodeLoadFile = (
  dataBlock: Bytes,
  daps: readonly DapBlock[] = [],
  block = clearBlock(dataBlock),
): Bytes =>
  concat(
    ...daps.map(({ securityDomain, signature }) => tlv(0xe2, tlv(0x4f, securityDomain), tlv(0xc3, signature))),
    block,
  )

export interface LoadFileParts {
  readonly daps: readonly DapBlock[]
  /** True when the data block is ciphered (D4). */
  readonly ciphered: boolean
  readonly icv?: Bytes
  readonly dataBlock: Bytes
}

/** Any bytes to a load file, or a `CodecError`. */
export function decodeLoadFile(file: Bytes): LoadFileParts {
  const daps: DapBlock[] = []
  let at = 0
  while (file[at] === 0xe2) {
    const [block, next] = readTlv(file, at)
    const objects = decodeTlvs(block.value)
    daps.push({ securityDomain: needTlv(objects, 0x4f), signature: needTlv(objects, 0xc3) })
    at = next
  }
  const [icv, afterIcv] = file[at] === 0xd3 ? readTlv(file, at) : [undefined, at]
  const ciphered = file[afterIcv] === 0xd4
  if (!ciphered && (icv || file[afterIcv] !== 0xc4)) throw new CodecError('loadfile/tag', 'no load file data block', at)
  const [block, end] = readTlv(file, afterIcv)
  if (end !== file.length) throw new CodecError('loadfile/long', 'bytes after the data block', end)
  return { daps, ciphered, ...(icv && { icv: icv.value }), dataBlock: block.value }
}
