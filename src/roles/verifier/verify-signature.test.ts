import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { volatileKeyStore } from '../../adapters/keys/index.ts'
import { systemEntropy } from '../../adapters/random.ts'
import { type TestDatabase, testDatabase } from '../../adapters/testing/index.ts'
import { type Bytes, NO_BYTES, utf8 } from '../../base/bytes.ts'
import * as crypto from '../../base/crypto.ts'
import { assembleSignedData, signedAttributes } from '../../codec/cms.ts'
import { decodeCertificate } from '../../codec/x509.ts'
import type { Verifier } from './contract.ts'
import { createVerifier, verifierMigrations, verifierStore } from './index.ts'
import { FOUR_INFO, type Holder, type TestAuthority, testAuthority } from './testing/authority.ts'

let database: TestDatabase
let verifier: Verifier
let authority: TestAuthority
let holder: Holder
const clock = () => new Date()

beforeAll(async () => {
  database = await testDatabase()
  authority = testAuthority(clock, systemEntropy)
  holder = authority.issue('sign')
  const store = verifierStore(await database.schema('verifier', verifierMigrations))
  const keys = volatileKeyStore(systemEntropy)
  verifier = await createVerifier({ store, clock, entropy: systemEntropy, keys, authority, log: () => undefined })
})
afterAll(() => database.close())
afterEach(() => {
  authority.responder = 'works'
})

const CONTENT = utf8('{"purpose":"test"}')

interface Change {
  readonly content?: Bytes
  readonly detached?: boolean
  readonly key?: crypto.PrivateKey
  readonly meant?: Bytes
}

/** What a card signs, and the ways to get it wrong. */
function signed(by: Holder, change: Change = {}): Bytes {
  const attributes = signedAttributes({
    messageDigest: crypto.sha256(CONTENT),
    signingTime: clock(),
    signingCertificate: change.meant ?? by.certificate,
  })
  return assembleSignedData({
    ...(change.detached ? {} : { content: change.content ?? CONTENT }),
    signedAttributes: attributes,
    algorithm: 'RSA-SHA256',
    signature: crypto.sign('RSA-SHA256', change.key ?? by.key, attributes),
    signer: decodeCertificate(by.certificate),
  })
}

const NOTHING = { serial: null, fourInfo: null, content: null }
const judged = async (document: Bytes) => {
  const { verdict, ...given } = await verifier.verifySignature({ document })
  const failed = verdict.checks.filter(({ outcome }) => outcome !== 'passed').map(({ name }) => name)
  return { outcome: verdict.outcome, failed, given }
}

test('seed 2 pattern 1-2: a signed document passes and gives serial, four facts and content', async () =>
  expect(await judged(signed(holder))).toEqual({
    outcome: 'passed',
    failed: [],
    given: { serial: holder.serial, fourInfo: FOUR_INFO, content: CONTENT },
  }))

test.each([
  ['changed content', { content: utf8('{"purpose":"evil"}') }, 'message digest is that of the content'],
  ['no content', { detached: true }, 'document is SignedData with one signer'],
  [
    'the key of another',
    { key: crypto.privateKey(crypto.generateKeyPair('RSA-2048').privateKey) },
    'signature verifies with the key of the certificate',
  ],
  ['attributes for another certificate', { meant: utf8('another') }, 'signed attributes name this certificate'],
])('%s: failed, and nothing is given', async (_what, change: Change, check) => {
  const { outcome, failed, given } = await judged(signed(holder, change))
  expect({ outcome, failed, given }).toEqual({ outcome: 'failed', failed: [check], given: NOTHING })
})

test('a 利用者証明用 key signs no documents', async () => {
  const { outcome, given, failed } = await judged(signed(authority.issue('auth')))
  expect({ outcome, given }).toEqual({ outcome: 'failed', given: NOTHING })
  expect(failed).toContain('a path reaches a trust anchor')
})

test('a certificate of another CA with the same name is refused', async () => {
  const { outcome, given } = await judged(signed(testAuthority(clock, systemEntropy).issue('sign')))
  expect({ outcome, given }).toEqual({ outcome: 'failed', given: NOTHING })
})

test('revoked: failed; unreachable responder: indeterminate; both give nothing', async () => {
  const moved = authority.issue('sign')
  authority.revoke(moved.serial)
  expect(await judged(signed(moved))).toMatchObject({ outcome: 'failed', given: NOTHING })
  authority.responder = 'down'
  expect(await judged(signed(holder))).toMatchObject({ outcome: 'indeterminate', given: NOTHING })
})

test('any bytes give a verdict', async () => {
  const good = signed(holder)
  for (const document of [NO_BYTES, new Uint8Array(100), good.subarray(0, 500), holder.certificate])
    expect(await judged(document)).toMatchObject({ outcome: 'failed', given: NOTHING })
})
