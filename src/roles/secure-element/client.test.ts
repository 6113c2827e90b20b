// The client's side of delegated management, DAP, keys and moves, held against our card and against published vectors.

import { describe, expect, test } from 'vitest'
import { type Bytes, bytes, concat, fromHex, hex, utf8 } from '../../base/bytes.ts'
import { generateKeyPair, privateKey, publicKey, seededEntropy } from '../../base/crypto.ts'
import { modulusOfSpki } from '../../codec/cvc.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { type Dialogue, run } from '../../protocol/iso7816/index.ts'
import { JPKI, jpkiLoadFile } from '../../protocol/jpki-ap/index.ts'
import type { SecureElement } from './contract.ts'
import { DELEGATION_VECTORS as V } from './delegation-vectors.ts'
import { asIssuer, ISD_KEYS, outcome, pair, scp03Keys, specimenSim } from './specimen.ts'

const entropy = seededEntropy(utf8('client'))
const DOMAIN = fromHex('d4d4d4d4d4010101')
const RECEIPT_KEY = fromHex(V.receiptKey)
const dataBlock = jpkiLoadFile()

const ec = generateKeyPair('P-256')
const rsa = pair('token')
const aes = fromHex('606162636465666768696a6b6c6d6e6f')

/** What signs, and the same key as PUT KEY takes it. */
const KEYS = {
  'ECDSA P-256': [
    { privateKey: privateKey(ec.privateKey) },
    { kind: 'ecc', point: ec.publicKey.slice(-65), reference: 0 },
  ],
  'RSA-2048': [
    { privateKey: privateKey(rsa.privateKey) },
    { kind: 'rsa', modulus: modulusOfSpki(rsa.publicKey), exponent: fromHex('010001') },
  ],
  'AES-128': [{ aes }, { kind: 'aes', key: aes }],
} as const satisfies Record<string, readonly [gp.SigningKey, gp.NewKey]>

function* inDomain<T>(inner: (channel: gp.SecureChannel) => Dialogue<T>, keys = scp03Keys('own')): Dialogue<T> {
  yield* gp.select(DOMAIN)
  const channel = yield* gp.openSecureChannel({ keys, entropy, aid: DOMAIN })
  return yield* gp.secured(channel, inner(channel))
}

async function simWithDomain(privileges: number, tokenKey: gp.NewKey): Promise<SecureElement> {
  const card = specimenSim()
  const prepare = asIssuer(function* (channel) {
    yield* gp.putKeys(channel, { keyVersion: gp.KEY_VERSION.token, keys: [tokenKey] })
    yield* gp.putKeys(channel, { keyVersion: gp.KEY_VERSION.receipt, keys: [{ kind: 'aes', key: RECEIPT_KEY }] })
    yield* gp.storeObjects([
      { tag: 0x42, value: fromHex('01020304') },
      { tag: 0x45, value: fromHex('05060708') },
    ])
    const ssd = { loadFile: gp.AID.ssdPackage, module: gp.AID.ssdModule, aid: DOMAIN }
    yield* gp.installForInstallAndMakeSelectable({ ...ssd, privileges })
  })
  await run(card.link(), prepare)
  await run(
    card.link(),
    inDomain((channel) => gp.putKeySet(channel, 0x31, scp03Keys('own')), ISD_KEYS),
  )
  return card
}

const proves = (receipt: gp.Confirmation | undefined, fields: readonly Bytes[]): boolean =>
  receipt !== undefined && gp.receiptProves({ aes: RECEIPT_KEY }, receipt, fields)

const file = { aid: JPKI.loadFile, securityDomain: DOMAIN, dataBlock }
const instance = { loadFile: JPKI.loadFile, module: JPKI.module, aid: JPKI.aid }
const DELEGATED = gp.PRIVILEGE.securityDomain | gp.PRIVILEGE.delegatedManagement | gp.PRIVILEGE.trustedPath

describe.each(Object.entries(KEYS))('delegated management with a token of %s', (_, [signing, tokenKey]) => {
  const authorise = gp.signatureBy(signing)

  test('loads, installs and deletes, and has a receipt of each', async () => {
    const card = await simWithDomain(DELEGATED, tokenKey)
    const [loaded, installed, deleted] = await run(
      card.link(),
      inDomain(function* () {
        yield* gp.installForLoad({ ...file, authorise })
        const first = yield* gp.load(dataBlock)
        const second = yield* gp.installForInstallAndMakeSelectable({ ...instance, authorise })
        return [first, second, yield* gp.deleteContent(JPKI.aid, false, authorise)]
      }),
    )
    expect(proves(loaded, gp.RECEIPT_FIELDS.load(JPKI.loadFile, DOMAIN))).toBe(true)
    expect(proves(installed, gp.RECEIPT_FIELDS.install(JPKI.loadFile, JPKI.aid))).toBe(true)
    expect(proves(deleted, gp.RECEIPT_FIELDS.delete(JPKI.aid))).toBe(true)
    expect(proves(deleted, gp.RECEIPT_FIELDS.delete(JPKI.loadFile))).toBe(false)
    expect(loaded!.counter).toBeLessThan(installed!.counter)
  })

  test('loads and installs in one process with one token and one receipt', async () => {
    const card = await simWithDomain(DELEGATED, tokenKey)
    const receipt = await run(
      card.link(),
      inDomain(() => gp.loadInstallAndMakeSelectable(file, { ...instance, authorise })),
    )
    expect(proves(receipt, gp.RECEIPT_FIELDS.combined(JPKI.loadFile, JPKI.aid, DOMAIN))).toBe(true)
  })

  test('is refused with a token over something else', async () => {
    const card = await simWithDomain(DELEGATED, tokenKey)
    const other = (input: Bytes) => authorise(concat(input, bytes(0)))
    expect(
      await outcome(
        card,
        inDomain(() => gp.installForLoad({ ...file, authorise: other })),
      ),
    ).toBe('6982')
  })
})

test.each(Object.entries(KEYS))('code that %s vouches for is loaded, other code is not', async (_, [signing, key]) => {
  const { securityDomain, dapVerification } = gp.PRIVILEGE
  const card = await simWithDomain(securityDomain | dapVerification, KEYS['AES-128'][1])
  await run(
    card.link(),
    inDomain((channel) => gp.putKeys(channel, { keyVersion: gp.KEY_VERSION.dap, keys: [key] })),
  )
  const loading = (vouched: Bytes) =>
    asIssuer(function* () {
      yield* gp.installForLoad(file)
      yield* gp.load(dataBlock, { daps: [gp.dapBlock(DOMAIN, { dataBlock: vouched }, gp.signatureBy(signing))] })
    })
  expect(await outcome(card, loading(concat(dataBlock, bytes(0))))).toMatch(/^69/)
  expect(await outcome(card, loading(dataBlock))).toBe('9000')
})

test('an application moves to another domain, and its entry is updated', async () => {
  const card = await simWithDomain(gp.SSD_PRIVILEGES, KEYS['AES-128'][1])
  const [entry] = await run(
    card.link(),
    asIssuer(function* () {
      yield* gp.installForLoad({ ...file, securityDomain: gp.AID.isd })
      yield* gp.load(dataBlock, { capacity: 50 })
      yield* gp.installForInstall(instance)
      yield* gp.installForMakeSelectable(JPKI.aid)
      yield* gp.extradite({ aid: JPKI.aid, to: DOMAIN })
      return yield* gp.getStatus('applications', { prefix: JPKI.aid, tags: fromHex('4f9f70cc') })
    }),
  )
  expect([hex(entry!.securityDomain!), entry!.lifeCycle, entry!.privileges]).toEqual([hex(DOMAIN), 7, undefined])
})

test('keys of every kind are told with type and length', async () => {
  const card = specimenSim()
  await run(
    card.link(),
    asIssuer(function* (channel) {
      yield* gp.putKeys(channel, { keyVersion: 0x40, keys: [{ kind: 'psk', key: new Uint8Array(20).fill(7) }] })
      yield* gp.putKeys(channel, {
        keyVersion: 0x41,
        keys: [{ kind: 'aes', key: new Uint8Array(24).fill(8) }],
        firstId: 2,
      })
      yield* gp.putKeys(channel, {
        keyVersion: 0x20,
        keys: [{ kind: 'des', key: fromHex('404142434445464748494a4b4c4d4e4f') }],
      })
      yield* gp.putKeys(channel, { keyVersion: 0x70, keys: [KEYS['RSA-2048'][1]] })
      yield* gp.deleteKeys({ version: 0x41, id: 2 })
    }),
  )
  const { keys } = await run(card.link(), gp.readCard())
  const told = (keys ?? []).map(({ version, components }) => [
    version,
    components.map(({ type, length }) => [type, length]),
  ])
  expect(told).toContainEqual([0x40, [[0x85, 20]]])
  expect(told).toContainEqual([0x20, [[0x80, 16]]])
  expect(told).toContainEqual([
    0x70,
    [
      [0xa1, 0],
      [0xa0, 3],
    ],
  ])
  expect(told.filter(([version]) => version === 0x41)).toEqual([])
})

describe('published vectors, from the client’s side', () => {
  const published = {
    publicKey: publicKey(concat(fromHex('3059301306072a8648ce3d020106082a8648ce3d030107034200'), fromHex(V.publicKey))),
  }

  test.each([
    ['load token', V.load.input, V.load.token],
    ['install token', V.install.input, V.install.token],
    ['DAP', V.fileHash, V.dap],
  ])('%s', (_, input, signature) => {
    expect(gp.checks(published, fromHex(input), fromHex(signature))).toBe(true)
    expect(gp.checks(published, fromHex(`${input}00`), fromHex(signature))).toBe(false)
  })

  test('the input of the install token', () => {
    const fields = ['d0d1d2d3d4d501', 'd0d1d2d3d4d50101', 'd0d1d2d3d4d50101', '00', 'c900'].map(fromHex)
    expect(hex(gp.installTokenInput({ p1: gp.INSTALL.forInstallAndMakeSelectable, fields }))).toBe(V.install.input)
  })

  test.each([
    ['load', V.loadReceipt.answer, gp.RECEIPT_FIELDS.load(fromHex(V.loadFile), fromHex(V.securityDomain))],
    ['install', V.installReceipt.answer, gp.RECEIPT_FIELDS.install(fromHex(V.loadFile), fromHex(V.application))],
  ])('%s receipt', (_, answer, fields) => {
    expect(proves(gp.decodeConfirmation(fromHex(answer)), fields)).toBe(true)
    expect(proves(gp.decodeConfirmation(fromHex(answer)), fields.toReversed())).toBe(false)
  })
})
