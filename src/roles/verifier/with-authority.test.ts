import { afterAll, beforeAll, expect, test } from 'vitest'
import { utf8 } from '../../base/bytes.ts'
import { generateKeyPair, privateKey, sha256, sign } from '../../base/crypto.ts'
import { assembleSignedData, signedAttributes } from '../../codec/cms.ts'
import { decodeCertificate } from '../../codec/x509.ts'
import { FOUR_INFO, type TestAuthority, testAuthority } from '../authority/test-authority.ts'
import { openResidentRegister } from '../resident-register/index.ts'
import type { Verifier } from './contract.ts'
import { createVerifier, verifierMigrations, verifierStore } from './index.ts'

// The same questions as in verify-signature.test.ts, asked of the authority that the system really has.

let world: TestAuthority
let verifier: Verifier

beforeAll(async () => {
  let store: ReturnType<typeof verifierStore> | undefined
  world = await testAuthority(async (database, clock) => {
    store = verifierStore(await database.schema('verifier', verifierMigrations))
    return openResidentRegister(database, clock)
  })
  const { entropy, keys, log } = world.deps
  verifier = await createVerifier({
    store: store!,
    clock: () => world.clock.now,
    entropy,
    keys,
    log,
    authority: world.authority,
  })
})
afterAll(() => world.close())

async function holder(residentId: string, kind: 'auth' | 'sign') {
  await world.resident(residentId)
  const pair = generateKeyPair('RSA-2048')
  const request = { requestKey: `${residentId} ${kind}`, residentId, kind, publicKey: pair.publicKey }
  return { ...(await world.authority.issueForCard(request)), key: privateKey(pair.privateKey) }
}

function signed({ certificate, key }: Awaited<ReturnType<typeof holder>>, content: string) {
  const attributes = signedAttributes({
    messageDigest: sha256(utf8(content)),
    signingTime: world.clock.now,
    signingCertificate: certificate,
  })
  return assembleSignedData({
    content: utf8(content),
    signedAttributes: attributes,
    algorithm: 'RSA-SHA256',
    signature: sign('RSA-SHA256', key, attributes),
    signer: decodeCertificate(certificate),
  })
}

test('a citizen signs: passed with the facts; the citizen moves: failed without them', async () => {
  await holder('mover', 'auth')
  const mover = await holder('mover', 'sign')
  const document = signed(mover, 'application')
  expect(await verifier.verifySignature({ document })).toMatchObject({
    verdict: { outcome: 'passed' },
    serial: mover.serial,
    fourInfo: FOUR_INFO,
    content: utf8('application'),
  })
  const fourInfo = { ...FOUR_INFO, address: '東京都かざす市やま町９番' }
  await world.register.change({ residentId: 'mover', event: 'move', fourInfo })
  await world.authority.followRegister({})
  const after = await verifier.verifySignature({ document })
  expect(after).toMatchObject({ verdict: { outcome: 'failed' }, fourInfo: null, content: null })
  expect(after.verdict.checks.find(({ outcome }) => outcome === 'failed')?.evidence).toContain('affiliationChanged')
})

test('verifyCertificate and the allow-list follow the authority at once', async () => {
  const { serial, certificate } = await holder('guest', 'auth')
  const entries = async () => {
    const { list } = await verifier.allowList({ title: 'T', validHours: 1, holders: [{ serial, ticket: 'A' }] })
    return (JSON.parse(new TextDecoder().decode(list)) as { entries: unknown[] }).entries.length
  }
  expect((await verifier.verifyCertificate({ certificate })).verdict.outcome).toBe('passed')
  expect(await entries()).toBe(1)
  await world.authority.revoke({ kind: 'auth', serial, reason: 'keyCompromise', requestedBy: 'holder' })
  expect((await verifier.verifyCertificate({ certificate })).verdict.outcome).toBe('failed')
  expect(await entries()).toBe(0)
})
