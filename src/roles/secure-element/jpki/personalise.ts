// What the SP-TSM may write into the JPKI application of a SIM: everything but two questions comes in an envelope of the
// SP's own encryption. Ours: docs/profile.md#personalisation. Each may be repeated without harm.

import { type Bytes, bytes, equal, fromUint, hex, u32 } from '../../../base/bytes.ts'
import { privateKey, sha256, sign } from '../../../base/crypto.ts'
import { CodecError } from '../../../codec/codec-error.ts'
import { decodeCvcKey, KEY_ID_LENGTH, modulusOfSpki } from '../../../codec/cvc.ts'
import { decodeDgis } from '../../../codec/dgi.ts'
import { SW } from '../../../codec/sw.ts'
import { keyCheckValue } from '../../../protocol/globalplatform/scp03-keys.ts'
import { decodeTokenInfo } from '../../../protocol/jpki-ap/files.ts'
import { openContent } from '../../../protocol/personalisation/content-encryption.ts'
import { KEY_PAIR_PART } from '../../../protocol/personalisation/dialogues.ts'
import {
  CONTENT,
  CONTENT_KEY_LENGTH,
  DGI,
  encodeMadeKeyPair,
  encodeState,
  possessionMessage,
  REQUEST_ID_LENGTH,
} from '../../../protocol/personalisation/layout.ts'
import type { AppletContext, Personalisation } from '../applet.ts'
import { StatusError } from '../status-error.ts'
import { serialOf } from './pinless.ts'
import { Pins } from './pins.ts'

const KCV_LENGTH = 3

/** One STORE DATA sequence: exactly one data grouping. */
export function personalise(context: AppletContext, { data, decrypt }: Personalisation): Bytes {
  const [group, ...more] = decodeDgis(data)
  if (!group || more.length > 0) throw new StatusError(SW.WRONG_DATA)
  switch (group.id) {
    case DGI.contentKey:
      return setContentKey(context, group.value, decrypt)
    case DGI.envelope:
      return openEnvelope(context, group.value)
    case DGI.queryState:
      return state(context)
    case DGI.queryKeyPair:
      return keyPairPart(context, group.value)
    default:
      throw new StatusError(SW.REFERENCE_NOT_FOUND)
  }
}

const DONE: Bytes = bytes()

/** The same key again keeps the numbering, so that no envelope can be replayed by setting it again. */
function setContentKey({ records }: AppletContext, value: Bytes, decrypt: (blocks: Bytes) => Bytes): Bytes {
  if (value.length !== CONTENT_KEY_LENGTH + KCV_LENGTH) throw new StatusError(SW.WRONG_DATA)
  const key = decrypt(value.slice(0, CONTENT_KEY_LENGTH))
  if (!equal(keyCheckValue(key), value.slice(CONTENT_KEY_LENGTH))) throw new StatusError(SW.SECURITY_STATUS)
  const held = records.get('content-key')
  if (held && equal(held, key)) return DONE
  records.set('content-key', key)
  records.set('sequence', u32(0))
  return DONE
}

function openEnvelope(context: AppletContext, envelope: Bytes): Bytes {
  const key = context.records.get('content-key')
  if (!key) throw new StatusError(SW.CONDITIONS)
  const { sequence, content } = opened(key, envelope)
  if (sequence <= lastSequence(context)) throw new StatusError(SW.CONDITIONS)
  for (const { id, value } of content) apply(context, id, value)
  context.records.set('sequence', u32(sequence))
  return DONE
}

function opened(key: Bytes, envelope: Bytes): ReturnType<typeof openContent> {
  try {
    return openContent(key, envelope)
  } catch (error) {
    if (error instanceof CodecError && error.code.startsWith('content/')) throw new StatusError(SW.SECURITY_STATUS)
    throw error
  }
}

const lastSequence = ({ records }: AppletContext): number => fromUint(records.get('sequence') ?? bytes(0))

function apply(context: AppletContext, id: number, value: Bytes): void {
  const { records } = context
  switch (id) {
    case CONTENT.generateKeyPair:
      makeKeyPair(context, value)
      break
    case CONTENT.authCertificate:
      writeCertificate(context, value)
      break
    case CONTENT.authCaCertificate:
      records.set('ef/000b', checkedDer(value))
      break
    case CONTENT.terminalCaKey:
      decodeCvcKey(value.slice(KEY_ID_LENGTH))
      records.set('ef/0016', value)
      break
    case CONTENT.tokenInfo:
      decodeTokenInfo(value)
      records.set('ef/0006', value)
      break
    case CONTENT.transportPin:
      if (!/^(3[0-9]){4}$/.test(hex(value))) throw new StatusError(SW.WRONG_DATA)
      new Pins(records).setTransport('auth', value)
      break
    default:
      throw new StatusError(SW.REFERENCE_NOT_FOUND)
  }
}

/** The private key is made here and never leaves. The old certificate goes with the old key. */
function makeKeyPair({ records, keyPairs }: AppletContext, requestId: Bytes): void {
  if (requestId.length !== REQUEST_ID_LENGTH) throw new StatusError(SW.WRONG_DATA)
  const made = records.get('request-id')
  if (made && equal(made, requestId)) return
  const pair = keyPairs('RSA-2048')
  const proof = sign('RSA-SHA256', privateKey(pair.privateKey), possessionMessage(requestId, pair.publicKey))
  records.set('key/auth', pair.privateKey)
  records.set('public-key', pair.publicKey)
  records.set('proof', proof)
  records.set('request-id', requestId)
  records.delete('ef/000a')
}

/** `30 82 LL LL` and as long as that says: what clients read. */
function checkedDer(certificate: Bytes): Bytes {
  const whole = certificate[0] === 0x30 && certificate[1] === 0x82
  if (!whole || fromUint(certificate.subarray(2, 4)) + 4 !== certificate.length) throw new StatusError(SW.WRONG_DATA)
  return certificate
}

/** Only a certificate for the key that is here. */
function writeCertificate({ records }: AppletContext, certificate: Bytes): void {
  const spki = records.get('public-key')
  if (!spki) throw new StatusError(SW.CONDITIONS)
  serialOf(checkedDer(certificate))
  if (!hex(certificate).includes(hex(modulusOfSpki(spki)))) throw new StatusError(SW.WRONG_DATA)
  records.set('ef/000a', certificate)
}

function state(context: AppletContext): Bytes {
  const { records } = context
  const [contentKey, requestId] = [records.get('content-key'), records.get('request-id')]
  const certificate = records.get('ef/000a')
  const pin = new Pins(records).record('auth')
  return encodeState({
    sequence: lastSequence(context),
    ...(contentKey && { contentKeyHash: sha256(contentKey) }),
    ...(requestId && { requestId }),
    ...(certificate && { certificateHash: sha256(certificate) }),
    pin: pin?.state ?? 'none',
    pinTriesLeft: pin?.tries ?? 0,
  })
}

function keyPairPart({ records }: AppletContext, offset: Bytes): Bytes {
  const [requestId, publicKey] = [records.get('request-id'), records.get('public-key')]
  const proofOfPossession = records.get('proof')
  if (!requestId || !publicKey || !proofOfPossession) throw new StatusError(SW.CONDITIONS)
  if (offset.length !== 2) throw new StatusError(SW.WRONG_DATA)
  const whole = encodeMadeKeyPair({ requestId, publicKey, proofOfPossession })
  return whole.slice(fromUint(offset), fromUint(offset) + KEY_PAIR_PART)
}
