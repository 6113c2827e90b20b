import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { hex, utf8 } from '../../base/bytes.ts'
import { generateKeyPair, type KeyKind, type KeyPair, seededEntropy } from '../../base/crypto.ts'
import { command, decodeResponse, encodeCommand } from '../../codec/apdu.ts'
import { transmissionProtocols } from '../../codec/atr.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { type Dialogue, run } from '../../protocol/iso7816/index.ts'
import { JPKI, jpkiLoadFile } from '../../protocol/jpki-ap/index.ts'
import * as personalisation from '../../protocol/personalisation/index.ts'
import { SIM_MODELS as CARRIERS_MODELS, canHoldJpki, openDomain, simKeys } from '../carrier/model.ts'
import { decodeProfile, encodeProfile } from './card-profile.ts'
import { createSecureElement, imageOf, manufactureSecureElement, SIM_MODELS, type SimModel } from './index.ts'
import { ICCID, SpecimenMemory } from './specimen.ts'

const entropy = seededEntropy(utf8('models'))
const ALGORITHMS: readonly KeyKind[] = ['RSA-2048', 'P-256', 'P-384']
const pairs = new Map<KeyKind, KeyPair>()
const made = (kind: KeyKind): KeyPair => {
  const pair = pairs.get(kind) ?? generateKeyPair(kind)
  pairs.set(kind, pair)
  return pair
}
const NAMES = Object.keys(SIM_MODELS) as (keyof typeof SIM_MODELS)[]

describe.each(NAMES)('%s', (name) => {
  const model: SimModel = SIM_MODELS[name]
  const keys = simKeys(entropy(model.keyLength), ICCID, model)
  const card = () => {
    const memory = new SpecimenMemory()
    manufactureSecureElement(memory, imageOf(model, { iccid: ICCID, isdKeys: keys }))
    return createSecureElement({ memory, entropy })
  }
  const open = () => openDomain(CARRIERS_MODELS[name], { keys, entropy, aid: gp.AID.isd })

  test('the carrier opens its issuer domain at the highest level, and the card says of itself what the model says', async () => {
    const sim = card()
    const link = sim.link()
    expect(transmissionProtocols(sim.atr)).toEqual([model.atr.length === 2 ? 0 : 1])
    const channel = await run(link, open())
    expect(channel.keyVersion).toBe(model.keyVersion)
    const inside = await run(link, gp.secured(channel, gp.getData(0x66)))
    const { scp02 = 0, scp03 = 0 } = model.scp
    expect(hex(inside)).toContain(`2a864886fc6b04${hex(Uint8Array.of(scp03 ? 3 : 2, scp03 || scp02))}`)
    const keyType = scp03 ? '88' : '80'
    const length = hex(Uint8Array.of(model.keyLength))
    expect(hex(await run(link, gp.secured(channel, gp.getData(0xe0))))).toContain(`${keyType}${length}`)
    expect(hex(await run(link, gp.select()))).toContain(`9f6501${hex(Uint8Array.of(model.commandMax))}`)
  })

  test('a LOAD block or a command that is too long for it is refused', async () => {
    const sim = card()
    const channel = await run(sim.link(), open())
    const ask = (ins: number, length: number) => {
      const { cla, p1, p2, data } = channel.session.wrap(command(0x80, ins, 0, 0, new Uint8Array(length)))
      return decodeResponse(sim.process(encodeCommand(command(cla, ins, p1, p2, data)))).sw
    }
    if (model.loadBlockMax < channel.session.capacity) expect(ask(0xe8, model.loadBlockMax + 1)).toBe(0x6700)
    expect(ask(0xe8, Math.min(model.loadBlockMax, channel.session.capacity, 80))).toBe(0x6985)
    if (model.commandMax < 255) expect(ask(0xe2, model.commandMax)).toBe(0x6700)
  })

  test('a command without data in the middle does not part card and carrier', async () => {
    const sim = card()
    const channel = await run(sim.link(), open())
    for (let i = 0; i < 3; i++) {
      await run(sim.link(), gp.secured(channel, gp.getData(0x66)))
      expect(await run(sim.link(), gp.secured(channel, gp.getStatus('issuer')))).toHaveLength(1)
    }
  })

  test.each(ALGORITHMS)('makes %s key pairs or says that it does not, and then has none', async (algorithm) => {
    const memory = new SpecimenMemory()
    manufactureSecureElement(memory, imageOf(model, { iccid: ICCID, isdKeys: keys }))
    const link = createSecureElement({ memory, entropy, keyPairs: made }).link()
    const content = { contentKey: entropy(32), entropy }
    const channel = await run(link, open())
    const inside = <T>(inner: Dialogue<T>) => run(link, gp.secured(channel, inner))
    const dataBlock = jpkiLoadFile()
    await inside(gp.installForLoad({ aid: JPKI.loadFile, securityDomain: gp.AID.isd, dataBlock }))
    await inside(gp.load(dataBlock, { capacity: Math.min(model.loadBlockMax, channel.session.capacity) }))
    await inside(gp.installForInstallAndMakeSelectable(JPKI))
    if (model.scp.scp03 === undefined) return // the SP's encryption is for AES: nothing is personalised
    await inside(personalisation.setContentKey(channel.dek, content))
    const asked = inside(personalisation.generateKeyPair(content, utf8('request-00000001'), { algorithm }))
    if (model.keyGeneration.includes(algorithm))
      return expect((await asked).publicKey).toEqual(made(algorithm).publicKey)
    await expect(asked).rejects.toMatchObject({ sw: 0x6a81 })
    expect([...memory.records.keys()].filter((record) => /\/(key|public-key|request-id)\//.test(record))).toEqual([])
  })

  test('its profile survives being written down', () => {
    const { vendor: _, atr: __, keyLength: ___, keyVersion: ____, bearers: _____, ...profile } = model
    expect(decodeProfile(encodeProfile(model))).toEqual(profile)
  })
})

test('they differ in what real SIMs differ in, and the carrier refuses the one that cannot hold the service', () => {
  const all = NAMES.map((name): SimModel => SIM_MODELS[name])
  const kinds = (of: (model: SimModel) => unknown) => new Set(all.map((model) => JSON.stringify(of(model)))).size
  expect(kinds(({ scp }) => scp)).toBe(4)
  for (const of of [
    ({ keyLength }: SimModel) => keyLength,
    ({ keyGeneration }: SimModel) => keyGeneration,
    ({ channels }: SimModel) => channels,
    ({ memory }: SimModel) => memory,
  ]) {
    expect(kinds(of)).toBeGreaterThan(2)
  }
  expect(NAMES.filter((name) => !CARRIERS_MODELS[name].jpkiCertified)).toEqual(['minato-classic-1'])
  const able = SIM_MODELS['minato-nfc-1']
  expect(canHoldJpki(able)).toBe(true)
  expect(canHoldJpki({ ...able, keyGeneration: [] })).toBe(true)
  expect(canHoldJpki({ ...able, memory: { ...able.memory, nonVolatile: 64 * 1024 } })).toBe(false)
})

test('nothing elsewhere asks for a model by its name', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !/\.test\.ts$|\/testing\//.test(file),
  )
  const naming = files.filter((file) => NAMES.some((name) => readFileSync(`src/${file}`, 'utf8').includes(name)))
  expect(naming.sort()).toEqual(['roles/secure-element/models.ts', 'world/people.ts'])
})
