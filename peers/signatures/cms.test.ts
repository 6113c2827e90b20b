// CAdES between us and `openssl cms`, both ways.

import { afterAll, describe, expect, test } from 'vitest'
import { type Bytes, utf8 } from '../../src/base/bytes.ts'
import * as ades from '../../src/protocol/ades/index.ts'
import * as t from '../../src/protocol/ades/testing/signing.ts'
import { missing } from '../room.ts'
import { desk, judged, now, signer } from './desk.ts'

const CONTENT = utf8('申請書\r\n')
const reason = missing('openssl')

async function ours(detached: boolean): Promise<Record<'b' | 't' | 'lt' | 'lta', Bytes>> {
  const input = { content: CONTENT, detached, certificate: signer.certificate, algorithm: 'RSA-SHA256' } as const
  const { draft, toBeSigned } = ades.prepareCades({ ...input, signingTime: now })
  const b = ades.finishCades(draft, t.signWith(toBeSigned))
  const bt = ades.addSignatureTimeStamp(b, await t.stamped(ades.signatureOctets(b), now))
  const lt = ades.addValidationData(bt, t.lists(now))
  const archive = ades.prepareArchive(lt, CONTENT)
  return { b, t: bt, lt, lta: ades.addArchiveTimeStamp(lt, archive, await t.stamped(archive.toBeStamped, now)) }
}

describe.skipIf(reason)(`openssl cms (absent: ${reason})`, () => {
  const { put, get, run, accepts, clear } = desk()
  afterAll(clear)
  const verify = ['cms', '-verify', '-binary', '-inform', 'DER', '-CAfile', 'ca.pem', '-cades', '-purpose', 'any']

  test('believes ours at every level, and nothing that was changed', async () => {
    put('content', CONTENT)
    for (const detached of [false, true])
      for (const [level, document] of Object.entries(await ours(detached))) {
        put('ours.p7s', document)
        const content = detached ? ['-content', 'content'] : []
        run('openssl', ...verify, '-in', 'ours.p7s', ...content, '-out', 'out')
        expect([level, get('out')]).toEqual([level, CONTENT])
      }
    put('other', utf8('another'))
    expect(accepts('openssl', ...verify, '-in', 'ours.p7s', '-content', 'other', '-out', 'out')).toBe(false)
  })

  const sign = (...args: string[]) => {
    put('content', CONTENT)
    run(
      'openssl',
      'cms',
      '-sign',
      '-binary',
      '-in',
      'content',
      '-signer',
      'signer.pem',
      '-inkey',
      'signer.key',
      '-outform',
      'DER',
      '-out',
      'theirs.p7s',
      ...args,
    )
    return get('theirs.p7s')
  }
  test.each([
    ['enveloping', ['-nodetach']],
    ['SHA-512', ['-nodetach', '-md', 'sha512']],
    ['SHA-3', ['-nodetach', '-md', 'sha3-384']],
    ['RSASSA-PSS', ['-nodetach', '-keyopt', 'rsa_padding_mode:pss', '-keyopt', 'rsa_pss_saltlen:32', '-md', 'sha256']],
    ['by key identifier', ['-nodetach', '-keyid']],
    ['two signers', ['-nodetach', '-signer', 'second.pem', '-inkey', 'second.key']],
  ])('signs, and we believe it: %s', (_what, args) => {
    const found = judged(ades.readCades({ document: sign('-cades', ...args) }))
    expect(new Set(found)).toEqual(new Set(['TOTAL-PASSED']))
  })

  test('signs detached, without naming its certificate, with SHA-1: we say what it is', () => {
    const detached = sign('-cades')
    expect(judged(ades.readCades({ document: detached, content: CONTENT }))).toEqual(['TOTAL-PASSED'])
    expect(judged(ades.readCades({ document: detached, content: utf8('another') }))[0]).toMatch(
      /^TOTAL-FAILED HASH_FAILURE/,
    )
    expect(judged(ades.readCades({ document: sign('-nodetach') }))[0]).toMatch(/none is named$/)
    expect(judged(ades.readCades({ document: sign('-cades', '-nodetach', '-md', 'sha1') }))[0]).toMatch(/SHA-1/)
    // BER of indefinite length.
    expect(judged(ades.readCades({ document: sign('-cades', '-nodetach', '-stream') }))).toEqual(['TOTAL-PASSED'])
  })
})
