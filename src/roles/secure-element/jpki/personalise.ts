// What the issuer may write into the JPKI application through its security domain: everything but two questions comes
// in an envelope of the SP's own encryption. Ours: docs/profile.md#personalisation. Each may be repeated without harm.

import { type Bytes, bytes, equal, fromUint, u32 } from '../../../base/bytes.ts'
import { sha256 } from '../../../base/crypto.ts'
import { CodecError } from '../../../codec/codec-error.ts'
import { decodeDgis } from '../../../codec/dgi.ts'
import { SW } from '../../../codec/sw.ts'
import { keyCheckValue } from '../../../protocol/globalplatform/scp03-keys.ts'
import { KEYS } from '../../../protocol/jpki-ap/files.ts'
import { openContent } from '../../../protocol/personalisation/content-encryption.ts'
import {
  CONTENT,
  CONTENT_KEY_LENGTH,
  DGI,
  EF_LENGTH,
  encodeMadeKeyPair,
  encodeState,
  KEY_PAIR_PART,
} from '../../../protocol/personalisation/layout.ts'
import type { Personalisation } from '../applet.ts'
import { Secrets } from '../jicsap/secrets.ts'
import { RECORD } from '../jicsap/table.ts'
import { StatusError } from '../status-error.ts'
import { applyContent, type JpkiContext, keyKindOf } from './content.ts'
import { lastMade } from './key-pairs.ts'
import { lifeOf } from './life.ts'
import { jpkiTable } from './profile.ts'

const KCV_LENGTH = 3

/** One STORE DATA sequence: exactly one data grouping. */
export function personalise(context: JpkiContext, { data, decrypt }: Personalisation): Bytes {
  const [group, ...more] = decodeDgis(data)
  if (!group || more.length > 0) throw new StatusError(SW.WRONG_DATA)
  switch (group.id) {
    case DGI.contentKey:
      return setContentKey(context, group.value, decrypt)
    case DGI.envelope:
      return openEnvelope(context, group.value)
    case DGI.queryState:
      return state(context, group.value)
    case DGI.queryKeyPair:
      return keyPairPart(context, group.value)
    default:
      throw new StatusError(SW.REFERENCE_NOT_FOUND)
  }
}

const DONE: Bytes = bytes()

/** The same key again keeps the numbering, so that no envelope can be replayed by setting it again. */
function setContentKey({ records }: JpkiContext, value: Bytes, decrypt: (blocks: Bytes) => Bytes): Bytes {
  if (value.length !== CONTENT_KEY_LENGTH + KCV_LENGTH) throw new StatusError(SW.WRONG_DATA)
  const key = decrypt(value.slice(0, CONTENT_KEY_LENGTH))
  if (!equal(keyCheckValue(key), value.slice(CONTENT_KEY_LENGTH))) throw new StatusError(SW.SECURITY_STATUS)
  const held = records.get('content-key')
  if (held && equal(held, key)) return DONE
  records.set('content-key', key)
  records.set('sequence', u32(0))
  return DONE
}

function openEnvelope(context: JpkiContext, envelope: Bytes): Bytes {
  const { records } = context
  const key = records.get('content-key')
  if (!key) throw new StatusError(SW.CONDITIONS)
  const { sequence, content } = opened(key, envelope)
  if (sequence <= lastSequence(context)) throw new StatusError(SW.CONDITIONS)
  for (const { id, value } of content) {
    // A terminated application hears nothing but that it is terminated.
    if (lifeOf(records) === 'terminated' && id !== CONTENT.life) throw new StatusError(SW.CONDITIONS)
    applyContent(context, id, fromUint(value.subarray(0, EF_LENGTH)), value.slice(EF_LENGTH))
  }
  records.set('sequence', u32(sequence))
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

const lastSequence = ({ records }: JpkiContext): number => fromUint(records.get('sequence') ?? bytes(0))

function state(context: JpkiContext, value: Bytes): Bytes {
  const { records, profile } = context
  const { pin, key, certificate: file } = KEYS[keyKindOf(context, fromUint(value))]
  const [contentKey, requestId] = [records.get('content-key'), records.get(lastMade(records, key).requestId)]
  const certificate = records.get(RECORD.file(file))
  const secret = new Secrets(records, jpkiTable(profile).secrets).record(pin)
  return encodeState({
    sequence: lastSequence(context),
    ...(contentKey && { contentKeyHash: sha256(contentKey) }),
    ...(requestId && { requestId }),
    ...(certificate && { certificateHash: sha256(certificate) }),
    pin: secret?.state ?? 'none',
    pinTriesLeft: secret?.tries ?? 0,
    life: lifeOf(records),
  })
}

function keyPairPart(context: JpkiContext, value: Bytes): Bytes {
  if (value.length !== EF_LENGTH + 2) throw new StatusError(SW.WRONG_DATA)
  const [key, offset] = [fromUint(value.subarray(0, EF_LENGTH)), fromUint(value.subarray(EF_LENGTH))]
  keyKindOf(context, key)
  const names = lastMade(context.records, key)
  const requestId = context.records.get(names.requestId)
  const publicKey = context.records.get(names.publicKey)
  const proofOfPossession = context.records.get(names.proof)
  if (!requestId || !publicKey || !proofOfPossession) throw new StatusError(SW.CONDITIONS)
  return encodeMadeKeyPair({ requestId, publicKey, proofOfPossession }).slice(offset, offset + KEY_PAIR_PART)
}
