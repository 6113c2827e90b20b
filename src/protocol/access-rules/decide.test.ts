import { describe, expect, test } from 'vitest'
import { bytes, fromHex } from '../../base/bytes.ts'
import type { ReferencedRule, RuleReference } from '../../codec/access-rules.ts'
import { type ApduAccess, type DeviceApp, decideAccess, permits } from './decide.ts'

const app: DeviceApp = { name: 'jp.example.app', ids: [new Uint8Array(20).fill(1), new Uint8Array(32).fill(2)] }
const ours = new Uint8Array(32).fill(2)
const theirs = new Uint8Array(32).fill(9)
const target = fromHex('d392f000260100000001')
const elsewhere = fromHex('a000000151000000')

const rule = (
  application: RuleReference['application'],
  caller: RuleReference['caller'],
  apdu?: ApduAccess,
): ReferencedRule => ({
  reference: { application, caller },
  rule: apdu === undefined ? { nfc: 'always' } : { apdu },
})

/** Each row is a card; the order of the search is that of the facts, case by case. */
describe('the decision table', () => {
  test.each<[string, ReferencedRule[], ApduAccess, string]>([
    ['no rule at all', [], 'never', 'no rule'],
    ['its own rule', [rule(target, ours, 'always')], 'always', 'own rule'],
    ['its own rule, by SHA-1', [rule(target, new Uint8Array(20).fill(1), 'always')], 'always', 'own rule'],
    [
      'its own NEVER beside ALWAYS for all',
      [rule(target, ours, 'never'), rule(target, 'all', 'always')],
      'never',
      'own rule',
    ],
    ['a rule of another app only', [rule(target, theirs, 'always')], 'never', 'rules for others'],
    [
      'others have a rule, all apps may',
      [rule(target, theirs, 'never'), rule(target, 'all', 'always')],
      'never',
      'rules for others',
    ],
    ['all apps may', [rule(target, 'all', 'always')], 'always', 'rule for all apps'],
    [
      'a rule for all apps before its own for all AIDs',
      [rule(target, 'all', 'never'), rule('all', ours, 'always')],
      'never',
      'rule for all apps',
    ],
    ['its own for all AIDs', [rule('all', ours, 'always')], 'always', 'rule for all applications'],
    [
      'all AIDs for others, all for all',
      [rule('all', theirs, 'always'), rule('all', 'all', 'always')],
      'never',
      'rules for others',
    ],
    ['all for all', [rule('all', 'all', 'always')], 'always', 'rule for all applications'],
    ['a rule for another AID', [rule(elsewhere, ours, 'always')], 'never', 'no rule'],
    ['a rule that says nothing of APDUs', [rule(target, ours)], 'never', 'own rule'],
  ])('%s', (_, rules, apdu, because) => expect(decideAccess(rules, app, target)).toMatchObject({ apdu, because }))

  test('a rule for another package of the same signer is not ours', () => {
    const narrow: ReferencedRule = {
      reference: { application: target, caller: ours, packageName: 'jp.example.other' },
      rule: { apdu: 'always' },
    }
    expect(decideAccess([narrow], app, target).apdu).toBe('never')
    expect(decideAccess([narrow], { ...app, name: 'jp.example.other' }, target).apdu).toBe('always')
  })

  test('the implicitly selected application has rules of its own', () => {
    expect(decideAccess([rule('default', ours, 'always')], app, 'default').apdu).toBe('always')
    expect(decideAccess([rule('default', ours, 'always')], app, target).apdu).toBe('never')
  })

  test('rules of one reference: NEVER before filters before ALWAYS, filters add up', () => {
    const select = { header: fromHex('00a40000'), mask: fromHex('ffff0000') }
    const read = { header: fromHex('00b00000'), mask: fromHex('ffff0000') }
    const of = (...apdu: ApduAccess[]) =>
      decideAccess(
        apdu.map((access) => rule(target, ours, access)),
        app,
        target,
      ).apdu
    expect(of('always', [select], [read])).toEqual([select, read])
    expect(of('always', [select], 'never')).toBe('never')
  })

  test('missing word on NFC is as on APDUs; NEVER outweighs', () => {
    const nfc = (...rules: ReferencedRule[]) => decideAccess(rules, app, target).nfc
    expect(nfc(rule(target, ours, 'always'))).toBe('always')
    expect(nfc(rule(target, ours, 'never'))).toBe('never')
    expect(nfc(rule(target, ours))).toBe('always')
    expect(nfc(rule(target, ours), { reference: { application: target, caller: ours }, rule: { nfc: 'never' } })).toBe(
      'never',
    )
  })
})

describe('filters', () => {
  const reading = [
    { header: fromHex('00a40000'), mask: fromHex('ffff0000') },
    { header: fromHex('00b00000'), mask: fromHex('ffff0000') },
  ]
  test.each([
    ['SELECT EF', '00a4020c', true],
    ['READ BINARY', '00b00100', true],
    ['VERIFY', '00200080', false],
    ['PERFORM SECURITY OPERATION', '802a0080', false],
    ['the same instruction of another class', '80b00000', false],
  ])('%s', (_, header, allowed) => expect(permits({ apdu: reading }, fromHex(header))).toBe(allowed))

  test('a filter whose header has a bit that its mask has not lets nothing through', () => {
    const impossible = [{ header: bytes(0xff, 0, 0, 0), mask: bytes(0, 0, 0, 0) }]
    expect(permits({ apdu: impossible }, bytes(0xff, 0, 0, 0))).toBe(false)
  })
})
