// An APDU told to a person: instruction, LV fields and TLV objects by name, life cycles and privileges in words.
// What may be a PIN, a key or the holder's own is never shown. GPC v2.3.1 §11, App. H; GPC-SEAC v1.0.

import { type Bytes, hex } from '../../base/bytes.ts'
import { SEAC_TAG } from '../../codec/access-rules.ts'
import { type Command, header, type Response } from '../../codec/apdu.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { decodeOid } from '../../codec/der-value.ts'
import { explain as explainStatus } from '../../codec/sw.ts'
import { decodeLvs, decodeTlvs, type Tlv } from '../../codec/tlv.ts'
import { hasSecret, hasSecretAnswer, nameOf } from '../iso7816/describe.ts'
import { privilegeNames } from './registry.ts'

interface Name {
  readonly name: string
  readonly within?: true
  readonly say?: (value: Bytes) => string
}

const dotted = (value: Bytes): string => decodeOid(value)
const privileges = (value: Bytes): string => privilegeNames(value).join(', ')
const inner = (name: string): Name => ({ name, within: true })

/** GPC v2.3.1 App. H, Tables 11-36, 11-48 to 11-53, 11-78. */
const TAGS: Readonly<Record<number, Name>> = {
  6: { name: 'object identifier', say: dotted },
  66: { name: 'issuer identification number' },
  69: { name: 'card image number' },
  79: { name: 'AID' },
  92: { name: 'tags' },
  96: inner('card management type and version'),
  97: inner('application'),
  99: inner('card identification scheme'),
  100: inner('secure channel protocol'),
  101: inner('card configuration'),
  102: inner('card data'),
  103: inner('card capability'),
  111: inner('file control information'),
  115: inner('security domain management data'),
  132: { name: 'AID' },
  165: inner('proprietary data'),
  182: inner('control reference'),
  192: { name: 'key: number, version, type, length' },
  193: { name: 'sequence counter' },
  195: { name: 'signature' },
  196: { name: 'load file' },
  197: { name: 'privileges', say: privileges },
  198: { name: 'code space' },
  199: { name: 'volatile memory' },
  200: { name: 'non-volatile memory' },
  201: { name: 'application parameters' },
  204: { name: 'associated security domain' },
  206: { name: 'version' },
  207: { name: 'implicit selection' },
  208: { name: 'key number' },
  210: { name: 'key version' },
  211: { name: 'security level' },
  224: inner('key information'),
  226: inner('DAP block'),
  227: inner('entry'),
  239: inner('system parameters'),
  24352: { name: 'security provider' },
  24400: { name: 'URL of the security domain' },
  40805: { name: 'most command data' },
  40814: { name: 'production life cycle data' },
  40816: { name: 'life cycle' },
  40831: { name: 'card production life cycle' },
  65313: inner('card resources'),
}

const SEAC: Readonly<Record<number, Name>> = {
  [SEAC_TAG.aidRef]: { name: 'AID of the application' },
  [SEAC_TAG.defaultApplicationRef]: { name: 'default application' },
  [SEAC_TAG.deviceAppRef]: { name: 'hash of the certificate of the app' },
  [SEAC_TAG.packageRef]: { name: 'package of the app' },
  [SEAC_TAG.ref]: inner('whom it is about'),
  [SEAC_TAG.refAr]: inner('rule'),
  [SEAC_TAG.ar]: inner('what is allowed'),
  [SEAC_TAG.apduAr]: { name: 'APDUs' },
  [SEAC_TAG.nfcAr]: { name: 'NFC events' },
  [SEAC_TAG.carrierPrivileges]: { name: 'carrier privileges' },
  [SEAC_TAG.refreshTag]: { name: 'refresh tag' },
  [SEAC_TAG.all]: inner('all rules'),
  [SEAC_TAG.specific]: inner('rule'),
  240: inner('store rule'),
  241: inner('delete rules'),
  242: { name: 'new refresh tag' },
}

const INSTALL_FIELDS: Readonly<Record<number, readonly string[]>> = {
  2: ['load file', 'security domain', 'hash of the load file', 'parameters', 'token'],
  14: ['load file', 'security domain or module', 'hash or AID', 'privileges or parameters', 'parameters', 'token'],
  16: ['to security domain', '-', 'application or load file', '-', 'parameters', 'token'],
  64: ['security domain', '-', 'application', 'privileges', 'parameters', 'token'],
}
const INSTANCE_FIELDS = ['load file', 'module', 'application', 'privileges', 'parameters', 'token']

const SHOWN = 48
const shown = (value: Bytes): string =>
  value.length <= SHOWN
    ? hex(value).toUpperCase() || '(empty)'
    : `${hex(value.subarray(0, SHOWN)).toUpperCase()}… (${value.length} bytes)`

const readTlvs = (value: Bytes): Tlv[] | undefined => quietly(() => (value.length > 0 ? decodeTlvs(value) : undefined))

function quietly<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof CodecError) return undefined
    throw error
  }
}

function tlvLines(objects: readonly Tlv[], names: Readonly<Record<number, Name>>, indent: string): string[] {
  return objects.flatMap(({ tag, value }) => {
    const known = names[tag]
    const label = `${indent}${tag.toString(16).toUpperCase().padStart(2, '0')}${known ? ` ${known.name}` : ''}`
    const nested = known?.within ? readTlvs(value) : undefined
    if (nested) return [label, ...tlvLines(nested, names, `${indent}  `)]
    const words = quietly(() => known?.say?.(value))
    return [`${label}: ${shown(value)}${words ? ` (${words})` : ''}`]
  })
}

const STORE_DATA = 0xe2
const INSTALL = 0xe6
/** Data that are TLV objects: GET DATA, STORE DATA, DELETE, GET STATUS. */
const TLV_DATA: readonly number[] = [0xca, STORE_DATA, 0xe4, 0xf2]
/** Answers that are: SELECT, GET DATA, GET STATUS. */
const TLV_ANSWER: readonly number[] = [0xa4, 0xca, 0xcb, 0xf2]

const namesFor = ({ ins, p1 }: Command): Readonly<Record<number, Name>> =>
  ins === STORE_DATA || (ins === 0xca && (p1 === 0xff || p1 === 0xdf)) ? { ...TAGS, ...SEAC } : TAGS

function installLines({ p1, data }: Command): string[] | undefined {
  const fields = quietly(() => decodeLvs(data))
  const names = INSTALL_FIELDS[p1 & 0x7f] ?? INSTANCE_FIELDS
  return fields?.flatMap((value, i) => {
    const name = names[i] ?? 'field'
    if (value.length === 0) return []
    const parameters = name === 'parameters' ? readTlvs(value) : undefined
    if (parameters) return ['  parameters:', ...tlvLines(parameters, TAGS, '    ')]
    const words = name === 'privileges' ? ` (${privileges(value)})` : ''
    return [`  ${name}: ${shown(value)}${words}`]
  })
}

function dataLines(request: Command): string[] {
  const { data, ins } = request
  if (data.length === 0) return []
  if (hasSecret(request)) return [`  (${data.length} bytes, masked)`]
  const objects = TLV_DATA.includes(ins) ? readTlvs(data) : undefined
  const fields = ins === INSTALL ? installLines(request) : objects && tlvLines(objects, namesFor(request), '  ')
  return fields ?? [`  ${shown(data)}`]
}

function answerLines(request: Command, data: Bytes): string[] {
  if (data.length === 0) return []
  if (hasSecretAnswer(request)) return [`  (${data.length} bytes, masked)`]
  const objects = TLV_ANSWER.includes(request.ins) ? readTlvs(data) : undefined
  return objects ? tlvLines(objects, namesFor(request), '  ') : [`  ${shown(data)}`]
}

/** Lines for a command in the clear and its response: what is asked begins with `>`, the answer with `<`. */
export function explain(request: Command, { data, sw }: Response): string[] {
  return [
    `> ${nameOf(request)} ${hex(header(request)).toUpperCase()}`,
    ...dataLines(request),
    `< ${explainStatus(sw)}`,
    ...answerLines(request, data),
  ]
}
