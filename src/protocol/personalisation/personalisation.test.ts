import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { utf8 } from '../../base/bytes.ts'
import { seededEntropy } from '../../base/crypto.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { decodeAppletState, decodeTokenInfo, encodeAppletState, encodeTokenInfo } from '../jpki-ap/files.ts'
import { cardMessage, decodePinlessAnswer, encodePinlessAnswer, terminalMessage } from '../pinless/index.ts'
import {
  decodeMadeKeyPair,
  decodeState,
  encodeMadeKeyPair,
  encodeState,
  openContent,
  possessionMessage,
  sealContent,
} from './index.ts'

const entropy = seededEntropy(utf8('content'))
const key = entropy(32)
const content = [{ id: 0x0c02, value: utf8('certificate') }]

test('what was sealed opens with the same key', () =>
  expect(openContent(key, sealContent(key, 7, content, entropy))).toEqual({ sequence: 7, content }))

test('the same content never looks the same', () =>
  expect(sealContent(key, 7, content, entropy)).not.toEqual(sealContent(key, 7, content, entropy)))

test('one changed bit, another key or a cut envelope does not open', () => {
  const sealed = sealContent(key, 7, content, entropy)
  for (let at = 0; at < sealed.length; at++) {
    const spoilt = sealed.map((byte, i) => (i === at ? byte ^ 0x40 : byte))
    expect(() => openContent(key, spoilt)).toThrow(CodecError)
    expect(() => openContent(key, sealed.slice(0, at))).toThrow(CodecError)
  }
  expect(() => openContent(entropy(32), sealed)).toThrow(CodecError)
})

test('the states come back as they went', () => {
  const state = {
    sequence: 0x80000001,
    requestId: utf8('r'.repeat(16)),
    pin: 'transport',
    pinTriesLeft: 3,
    life: 'suspended',
  } as const
  expect(decodeState(encodeState(state))).toEqual(state)
  const applet = { hasKey: true, hasCertificate: false, pin: 'own', pinTriesLeft: 2, life: 'active' } as const
  expect(decodeAppletState(encodeAppletState(applet))).toEqual(applet)
  const made = { requestId: utf8('r'.repeat(16)), publicKey: utf8('spki'), proofOfPossession: utf8('sig') }
  expect(decodeMadeKeyPair(encodeMadeKeyPair(made))).toEqual(made)
  const info = { label: 'JPKIAPICCTOKEN2', manufacturer: '1', model: 'E16R01NJ', serialNumber: '0000000020500003' }
  expect(decodeTokenInfo(encodeTokenInfo(info))).toEqual(info)
  expect(encodeTokenInfo(info).length).toBe(160)
})

describe.each<[string, (from: Uint8Array) => unknown]>([
  ['state', decodeState],
  ['key pair', decodeMadeKeyPair],
  ['envelope', (from) => openContent(key, from)],
  ['applet state', decodeAppletState],
  ['token info', decodeTokenInfo],
  ['PIN-less answer', decodePinlessAnswer],
])('%s', (_, decode) => {
  test('any bytes give a value or a CodecError', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (from) => {
        try {
          decode(from)
        } catch (error) {
          expect(error).toBeInstanceOf(CodecError)
        }
      }),
    ))
})

test('no statement of one kind can be another', () => {
  const sixteen = new Uint8Array(16)
  const heads = [
    cardMessage(sixteen, sixteen, sixteen),
    terminalMessage(sixteen, sixteen),
    possessionMessage(sixteen, sixteen),
  ]
  const lines = heads.map((message) => new TextDecoder().decode(message).split('\n')[0])
  expect(lines).toEqual(['kazasu pinless card 1', 'kazasu pinless terminal 1', 'kazasu proof of possession 1'])
  expect(() => cardMessage(sixteen, new Uint8Array(15), sixteen)).toThrow(RangeError)
})

test('a serial number is the same with and without its leading zero', () => {
  const serial = (value: number[]) => decodePinlessAnswer(encodePinlessAnswer(Uint8Array.from(value), utf8('s'))).serial
  expect(serial([0x80, 0x07])).toBe(0x8007n)
  expect(serial([0x00, 0x80, 0x07])).toBe(0x8007n)
})
