import { describe, expect, test } from 'vitest'
import { bytes, concat, fromHex, hex, utf8 } from '../../../base/bytes.ts'
import { seededEntropy } from '../../../base/crypto.ts'
import { encodeScript } from '../../../codec/remote-script.ts'
import * as gp from '../../../protocol/globalplatform/index.ts'
import { run } from '../../../protocol/iso7816/index.ts'
import { JPKI, jpkiLoadFile } from '../../../protocol/jpki-ap/index.ts'
import type { PacketKeys } from '../../../protocol/ota/scp80.ts'
import { FULL_SECURITY, remotely, sendScript } from '../../../protocol/ota/sender.ts'
import { encodeToolkitParameters, TAR } from '../../../protocol/ota/toolkit-parameters.ts'
import { asIssuer, ISD_KEYS, SpecimenMemory, scp03Keys } from '../specimen.ts'
import { deliver, exchanged, otaSim, sender } from './ota-specimen.ts'

const GET_STATUS = fromHex('80f28002024f0000')
const SSD = fromHex('a00000015153504100000000b0010201')
const SSD_TAR = fromHex('b00102')

describe('a supplementary security domain with a TAR', () => {
  async function withDomain(minimumSpi?: number) {
    const memory = new SpecimenMemory()
    const card = otaSim(memory)
    const parameters = encodeToolkitParameters({ tars: [SSD_TAR], ...(minimumSpi !== undefined && { minimumSpi }) })
    const fields = [
      gp.AID.ssdPackage,
      gp.AID.ssdModule,
      SSD,
      fromHex('808000'),
      concat(fromHex('c900'), parameters),
      bytes(),
    ]
    const data = concat(...fields.map((field) => concat(bytes(field.length), field)))
    await run(
      card.link(),
      asIssuer(function* () {
        const answer = yield { cla: 0x80, ins: 0xe6, p1: 0x0c, p2: 0, data, le: 256 }
        expect(answer.sw.toString(16)).toBe('9000')
      }),
    )
    return card
  }
  const own = scp03Keys('packets of the domain')
  const keys: PacketKeys = {
    version: 1,
    kic: { algorithm: 'aes', value: own.enc },
    kid: { algorithm: 'aes', value: own.mac },
  }
  async function keyed(minimumSpi?: number) {
    const card = await withDomain(minimumSpi)
    await run(card.link(), gp.select(SSD))
    const entropy = seededEntropy(utf8('off-card'))
    const channel = await run(card.link(), gp.openScp03({ keys: ISD_KEYS, entropy, aid: SSD }))
    await run(card.link(), gp.secured(channel, gp.putKeySet(channel, 1, own)))
    return card
  }

  test('takes packets under its own keys', async () => {
    const card = await keyed()
    const entries = exchanged(
      card,
      remotely(sender({ keys, tar: SSD_TAR }), gp.getStatus('applications', { prefix: SSD })),
    )
    expect(entries[0]?.lifeCycle).toBe(gp.LIFE_CYCLE.personalized)
  })

  test('without keys of its own takes none, not even under its issuer’s', async () => {
    const card = await withDomain()
    const { data } = deliver(card, sender({ tar: SSD_TAR }).pack(encodeScript([GET_STATUS])).messages[0]!)
    expect(hex(data).slice(-2)).toBe('06')
  })

  test('asks for the security that it was installed with', async () => {
    const card = await keyed(0x1e)
    const plain = { ...FULL_SECURITY, ciphered: false }
    const { data } = deliver(
      card,
      sender({ keys, tar: SSD_TAR, spi: plain }).pack(encodeScript([GET_STATUS])).messages[0]!,
    )
    expect(hex(data).slice(-2)).toBe('0a')
    const next = { ...FULL_SECURITY, counter: 'next' as const }
    exchanged(card, sendScript(sender({ keys, tar: SSD_TAR, spi: next }), [GET_STATUS]))
  })

  test('a script of a domain reaches nothing that is another’s', async () => {
    const card = await keyed()
    await run(
      card.link(),
      asIssuer(function* () {
        yield* gp.installForLoad({ aid: JPKI.loadFile, securityDomain: gp.AID.isd, dataBlock: jpkiLoadFile() })
        yield* gp.load(jpkiLoadFile())
        yield* gp.installForInstallAndMakeSelectable(JPKI)
      }),
    )
    const domain = sender({ keys, tar: SSD_TAR })
    for (const act of [
      gp.deleteContent(JPKI.aid),
      gp.deleteContent(JPKI.loadFile, true),
      gp.setLocked(JPKI.aid, true),
      gp.installForPersonalization(JPKI.aid),
    ]) {
      expect(() => exchanged(card, remotely<unknown>(domain, act))).toThrow(/6985/)
    }
    await run(card.link(), gp.select(JPKI.aid))
  })

  test('an application with a TAR gets the commands of a script, under the keys of its domain', async () => {
    const card = otaSim()
    const parameters = concat(fromHex('c900'), encodeToolkitParameters({ tars: [SSD_TAR] }))
    const fields = [JPKI.loadFile, JPKI.module, JPKI.aid, bytes(0), parameters, bytes()]
    const data = concat(...fields.map((field) => concat(bytes(field.length), field)))
    await run(
      card.link(),
      asIssuer(function* () {
        yield* gp.installForLoad({ aid: JPKI.loadFile, securityDomain: gp.AID.isd, dataBlock: jpkiLoadFile() })
        yield* gp.load(jpkiLoadFile())
        expect((yield { cla: 0x80, ins: 0xe6, p1: 0x0c, p2: 0, data, le: 256 }).sw).toBe(0x9000)
      }),
    )
    // SELECT of the PIN's EF and the question how many tries are left.
    const script = ['00a4020c020018', '00200080'].map(fromHex)
    const { responses } = exchanged(card, sendScript(sender({ tar: SSD_TAR }), script))
    expect(responses.map(({ sw }) => sw >> 4)).toEqual([0x900, 0x63c])
  })

  test('nobody takes a TAR that is another’s', async () => {
    const card = await withDomain()
    for (const tar of [SSD_TAR, TAR.ram, TAR.adminAgent]) {
      const parameters = concat(fromHex('c900'), encodeToolkitParameters({ tars: [tar] }))
      const fields = [
        gp.AID.ssdPackage,
        gp.AID.ssdModule,
        fromHex('a0000000010203'),
        fromHex('808000'),
        parameters,
        bytes(),
      ]
      const data = concat(...fields.map((field) => concat(bytes(field.length), field)))
      const refused = run(
        card.link(),
        asIssuer(function* () {
          return (yield { cla: 0x80, ins: 0xe6, p1: 0x0c, p2: 0, data, le: 256 }).sw
        }),
      )
      await expect(refused).resolves.toBe(0x6a80)
    }
  })
})
