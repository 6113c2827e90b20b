// The command objects that STORE DATA brings to an access rule application, both ways. GPC-SEAC v1.0 §4.1.

import { type Bytes, NO_BYTES } from '../base/bytes.ts'
import {
  decodeReference,
  decodeRule,
  encodeReference,
  encodeRule,
  type ReferencedRule,
  type RuleReference,
  SEAC_TAG,
} from './access-rules.ts'
import { CodecError } from './codec-error.ts'
import { decodeTlvs, tlv } from './tlv.ts'

/** What a deletion takes: everything, all rules of an application, of a reference, or one rule. */
export type Deletion =
  | { readonly all: true }
  | { readonly application: Bytes | 'all' | 'default' }
  | { readonly reference: RuleReference }
  | { readonly rule: ReferencedRule }

/** GPC-SEAC v1.0 Tables 4-2 to 4-12. */
const PLAIN = {
  updateRefreshTag: 0xf2,
  get: 0xf3,
  getAll: 0xf4,
  getNext: 0xf5,
  getClientAids: 0xf6,
  registerClientAids: 0xf7,
  getDeviceConfiguration: 0xf8,
} as const
const STORE = 0xf0
const DELETE = 0xf1

export type RulesCommand =
  | { readonly command: 'store'; readonly rule: ReferencedRule }
  | { readonly command: 'delete'; readonly what: Deletion }
  | { readonly command: keyof typeof PLAIN; readonly value: Bytes }

export function encodeRulesCommand(order: RulesCommand): Bytes {
  if (order.command === 'store') return tlv(STORE, encodeRule(order.rule))
  if (order.command === 'delete') return tlv(DELETE, encodeDeletion(order.what))
  return tlv(PLAIN[order.command], order.value)
}

function encodeDeletion(what: Deletion): Bytes {
  if ('rule' in what) return encodeRule(what.rule)
  if ('reference' in what) return encodeReference(what.reference)
  if ('all' in what) return NO_BYTES
  if (what.application === 'default') return tlv(SEAC_TAG.defaultApplicationRef)
  return tlv(SEAC_TAG.aidRef, what.application === 'all' ? NO_BYTES : what.application)
}

/** Any bytes to the one command in them, or a `CodecError`. */
export function decodeRulesCommand(data: Bytes): RulesCommand {
  const [order, ...more] = decodeTlvs(data)
  if (!order || more.length > 0) throw new CodecError('access-rules/command', 'not one command')
  if (order.tag === STORE) return { command: 'store', rule: decodeRule(only(SEAC_TAG.refAr, order.value)) }
  if (order.tag === DELETE) return { command: 'delete', what: decodeDeletion(order.value) }
  for (const [command, tag] of Object.entries(PLAIN)) {
    if (tag === order.tag) return { command: command as keyof typeof PLAIN, value: order.value }
  }
  throw new CodecError('access-rules/command', 'unknown command')
}

function only(tag: number, value: Bytes): Bytes {
  const [object, ...more] = decodeTlvs(value)
  if (object?.tag !== tag || more.length > 0) throw new CodecError('access-rules/command', 'not one rule')
  return object.value
}

function decodeDeletion(value: Bytes): Deletion {
  const [object, ...more] = decodeTlvs(value)
  if (!object) return { all: true }
  if (more.length > 0) throw new CodecError('access-rules/command', 'more than one deletion')
  switch (object.tag) {
    case SEAC_TAG.aidRef:
      return { application: object.value.length === 0 ? 'all' : object.value }
    case SEAC_TAG.defaultApplicationRef:
      return { application: 'default' }
    case SEAC_TAG.ref:
      return { reference: decodeReference(object.value) }
    case SEAC_TAG.refAr:
      return { rule: decodeRule(object.value) }
    default:
      throw new CodecError('access-rules/command', 'cannot be deleted')
  }
}
