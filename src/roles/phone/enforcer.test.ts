// The threats of GPC-SEAC against a real SIM: who is let in, and by which C-APDU.

import { beforeEach, describe, expect, test } from 'vitest'
import { systemEntropy } from '../../adapters/random.ts'
import { type Bytes, concat, fromHex, hex, utf8 } from '../../base/bytes.ts'
import type { Link } from '../../base/ports.ts'
import * as rules from '../../protocol/access-rules/index.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { type Dialogue, run } from '../../protocol/iso7816/index.ts'
import { JPKI } from '../../protocol/jpki-ap/index.ts'
import type { SecureElement } from '../secure-element/contract.ts'
import { createSecureElement, manufactureSecureElement } from '../secure-element/index.ts'
import { ICCID, ISD_KEYS, SpecimenMemory } from '../secure-element/specimen.ts'
import { createEnforcer } from './enforcer.ts'

const app = rules.deviceApp('jp.example.bank', [utf8('certificate of the bank')])
const stranger = rules.deviceApp('jp.example.bank', [utf8('another certificate')])
const [sha1Id, sha256Id] = app.ids as [Bytes, Bytes]
const READ_ONLY = [
  { header: fromHex('00a40000'), mask: fromHex('ffff0000') },
  { header: fromHex('80ca0000'), mask: fromHex('ffff0000') },
]
const rule = (caller: Bytes | 'all', apdu: rules.ApduAccess, application: Bytes | 'all' = gp.AID.isd) => ({
  reference: { application, caller },
  rule: { apdu },
})

let sim: SecureElement
const make = (accessRules: rules.ReferencedRule[] | undefined, channels = 4) => {
  const memory = new SpecimenMemory()
  manufactureSecureElement(memory, {
    iccid: ICCID,
    isdKeys: ISD_KEYS,
    profile: { channels },
    ...(accessRules && { accessRules }),
  })
  sim = createSecureElement({ memory, entropy: systemEntropy })
}
/** As the owner of the SIM, over the air for example, past the handset. */
const asOwner = (order: Dialogue<unknown>) =>
  run(
    sim.link(),
    (function* () {
      yield* gp.select()
      const channel = yield* gp.openScp03({ keys: ISD_KEYS, entropy: systemEntropy })
      yield* gp.secured(channel, gp.installForPersonalization(rules.ARA_M))
      yield* gp.secured(channel, order)
    })(),
  )
const open = (who = app, aid: Bytes = gp.AID.isd, link: Link = sim.link()) => createEnforcer().open(link, who, aid)
const DENIED = { code: 'phone/accessDenied' }
const GET_DATA = fromHex('80ca006600')

beforeEach(() => make([rule(sha256Id, READ_ONLY)]))

describe('who is let in', () => {
  test('the app of the rule, by SHA-256 or SHA-1 of its certificate', async () => {
    expect(hex(await (await open()).transmit(GET_DATA))).toMatch(/9000$/)
    make([rule(sha1Id, 'always')])
    expect(hex(await (await open()).transmit(GET_DATA))).toMatch(/9000$/)
  })

  test('an app without a rule, one with another certificate under the same name, another application', async () => {
    make([])
    await expect(open()).rejects.toMatchObject({ ...DENIED, detail: { because: 'no rule' } })
    make([rule(sha256Id, READ_ONLY)])
    await expect(open(stranger)).rejects.toMatchObject({ ...DENIED, detail: { because: 'rules for others' } })
    await expect(open(app, JPKI.aid)).rejects.toMatchObject({ ...DENIED, detail: { because: 'no rule' } })
  })

  test('nobody to a SIM without the application of rules', async () => {
    make(undefined)
    await expect(open()).rejects.toMatchObject({ ...DENIED, detail: { because: 'rules cannot be read' } })
  })

  test('two rules that contradict each other by hash: NEVER counts', async () => {
    make([rule(sha256Id, 'always'), rule(sha1Id, 'never')])
    await expect(open()).rejects.toMatchObject(DENIED)
  })

  test('an application that the rules allow and the SIM has not is not found', async () => {
    make([rule(sha256Id, 'always', 'all')])
    await expect(open(app, JPKI.aid)).rejects.toMatchObject({ code: 'phone/noSuchApplication' })
  })
})

describe('what gets through', () => {
  test.each([
    ['a command that the filter names', '80ca006600', true],
    ['SELECT of a file', '00a4020c020018', true],
    ['PERFORM SECURITY OPERATION', '802a0080023030', false],
    ['VERIFY', '002000800431323334', false],
    ['INITIALIZE UPDATE', '8050000008010203040506070800', false],
  ])('%s: %s', async (_, command, allowed) => {
    const sent = (await open()).transmit(fromHex(command))
    await (allowed ? expect(sent).resolves.toBeInstanceOf(Uint8Array) : expect(sent).rejects.toMatchObject(DENIED))
  })

  test.each([
    ['MANAGE CHANNEL', '0070000001'],
    ['MANAGE CHANNEL, to close the channel of the rules', '00708001'],
    ['SELECT of another application', '00a4040009a00000015141434c0000'],
    ['SELECT of whatever comes next', '00a4040200'],
    ['a command on the channel of the rules', '81ca006600'],
    ['one on a further channel', 'c0ca006600'],
  ])('smuggled: %s', async (_, command) => {
    make([rule(sha256Id, 'always', 'all')])
    const link = await open()
    await expect(link.transmit(fromHex(command))).rejects.toMatchObject({ code: 'phone/commandNotAllowed' })
    expect(hex(await link.transmit(GET_DATA))).toMatch(/9000$/)
  })
})

describe('rules that change, and lists that lie', () => {
  test('a rule deleted between two commands ends the access at once', async () => {
    make([rule(sha256Id, 'always')])
    const link = await open()
    await link.transmit(GET_DATA)
    await asOwner(rules.deleteRules({ all: true }))
    await expect(link.transmit(GET_DATA)).rejects.toMatchObject(DENIED)
  })

  test('rules are read again only when the refresh tag has changed', async () => {
    make([rule(sha256Id, 'always')])
    const asked: string[] = []
    const counting: Link = {
      transmit: async (command) => {
        asked.push(hex(command).slice(2, 8))
        return sim.process(command)
      },
    }
    const link = await createEnforcer().open(counting, app, gp.AID.isd)
    for (let i = 0; i < 3; i++) await link.transmit(GET_DATA)
    expect(asked.filter((one) => one === 'caff40')).toHaveLength(1)
    expect(asked.filter((one) => one === 'cadf20')).toHaveLength(4)
  })

  const lying = (bend: (list: Bytes) => Bytes): Link => ({
    transmit: async (command) => {
      const answer = sim.process(command)
      return hex(command).slice(2, 8) === 'caff40' ? bend(answer) : answer
    },
  })
  test.each<[string, (list: Bytes) => Bytes]>([
    ['cut short', (list) => concat(list.slice(0, -7), fromHex('9000'))],
    ['longer than it says', (list) => concat(list.slice(0, -2), fromHex('e2009000'))],
    ['no list', () => fromHex('ff419000')],
    ['a memory failure', () => fromHex('6581')],
  ])('%s: denied', async (_, bend) => {
    make([rule(sha256Id, 'always')])
    await expect(open(app, gp.AID.isd, lying(bend))).rejects.toMatchObject(DENIED)
  })

  test('a SIM with one channel: the rules as they were when the application was opened', async () => {
    make([rule(sha256Id, READ_ONLY)], 1)
    const link = await open()
    expect(hex(await link.transmit(GET_DATA))).toMatch(/9000$/)
    await expect(link.transmit(fromHex('802a0080023030'))).rejects.toMatchObject(DENIED)
    await expect(open(stranger)).rejects.toMatchObject(DENIED)
  })
})
