// New code for the JPKI load file while the applet keeps what it holds; broken off anywhere, the old code serves.

import { beforeAll, beforeEach, expect, test } from 'vitest'
import { utf8 } from '../../base/bytes.ts'
import { command } from '../../codec/apdu.ts'
import { tlv } from '../../codec/tlv.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { ask, type Dialogue, run } from '../../protocol/iso7816/index.ts'
import * as jpki from '../../protocol/jpki-ap/index.ts'
import type { SecureElement } from './contract.ts'
import { enrolledMemory, inApplication } from './enrolled.ts'
import { asIssuer, outcome, SpecimenMemory, wake } from './specimen.ts'

const { JPKI, jpkiLoadFile } = jpki
const PIN = '1234'
let enrolled: SpecimenMemory
let memory: SpecimenMemory
let sim: SecureElement
beforeAll(async () => {
  enrolled = await enrolledMemory(PIN)
})
beforeEach(() => {
  memory = new SpecimenMemory(enrolled.records)
  sim = wake(memory)
})
const issuer = <T>(inner: () => Dialogue<T>) => run(sim.link(), asIssuer(inner))
const refused = (inner: () => Dialogue<unknown>) => outcome(sim, asIssuer(inner))
const version = async () =>
  (await issuer(() => gp.getStatus('loadFiles', { prefix: JPKI.loadFile })))[0]?.version?.join('.')
const signs = () => outcome(sim, inApplication(jpki.signMessage('auth', PIN, utf8('m'))))
const { INS, P1, TAG } = gp.ELF_UPGRADE
const manage = (p1: number, aid?: Uint8Array) =>
  ask(
    command(0x80, INS, p1, 0, aid ? tlv(TAG.session, tlv(TAG.aid, aid)) : new Uint8Array(), 256),
    'MANAGE ELF UPGRADE',
  )
const file = (dataBlock: Uint8Array) => ({
  aid: JPKI.loadFile,
  securityDomain: JPKI.securityDomain,
  dataBlock,
  capacity: 64,
})

test('key, certificate and PIN are there under the new code, which outlives power', async () => {
  const before = [...memory.records].filter(([name]) => name.startsWith('applet/'))
  await issuer(() => gp.upgradeElf(file(jpkiLoadFile(2))))
  sim = wake(memory)
  expect(await version()).toBe('2.0')
  expect([...memory.records].filter(([name]) => name.startsWith('applet/'))).toEqual(before)
  expect(await signs()).toBe('9000')
  expect(await issuer(gp.elfUpgrading)).toBeUndefined()
})

test('broken off in the middle the old code serves, and the upgrade goes on', async () => {
  await issuer(function* () {
    yield* manage(P1.start, JPKI.loadFile)
    yield* gp.installForLoad({ ...file(jpkiLoadFile(2)) })
  })
  sim = wake(memory)
  expect([await version(), await signs()]).toEqual(['1.0', '9000'])
  expect(await issuer(gp.elfUpgrading)).toEqual(JPKI.loadFile)
  await issuer(() => gp.upgradeElf(file(jpkiLoadFile(2))))
  expect([await version(), await signs()]).toEqual(['2.0', '9000'])
})

test('not without a session, not an earlier version or the same, not code that the card has not', async () => {
  const load = (dataBlock: Uint8Array) =>
    function* () {
      yield* gp.installForLoad({ ...file(dataBlock) })
      yield* gp.load(dataBlock, { capacity: 64 })
    }
  expect(await refused(load(jpkiLoadFile(2)))).toBe('6985')
  expect(await refused(() => gp.upgradeElf(file(jpkiLoadFile(1))))).toBe('6a80')
  expect(await refused(() => gp.upgradeElf(file(jpkiLoadFile(9))))).toBe('6a80')
  await issuer(() => manage(P1.abort))
  expect(await refused(() => manage(P1.abort))).toBe('6985')
  expect(await refused(() => manage(P1.start, gp.AID.ssdPackage))).toBe('6985')
  expect(await refused(() => manage(P1.start, utf8('no such file')))).toBe('6a88')
  expect([await version(), await signs()]).toEqual(['1.0', '9000'])
})
