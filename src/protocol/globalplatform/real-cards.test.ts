// Sessions that others recorded with real cards: our client must say byte for byte what those cards accepted, and
// understand what they answered. vectors/SOURCE.md says where each comes from.

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fromHex, hex } from '../../base/bytes.ts'
import type { Entropy } from '../../base/ports.ts'
import { decodeCommand } from '../../codec/apdu.ts'
import { type Dialogue, run, transcriptCard } from '../iso7816/index.ts'
import { getStatus } from './get-status.ts'
import { openScp02 } from './scp02.ts'
import { openScp03 } from './scp03.ts'
import { type SecureChannel, secured } from './secure-channel.ts'
import type { SecurityLevel } from './secure-session.ts'

interface Session {
  readonly source: string
  readonly keys: Record<'enc' | 'mac' | 'dek', string>
  readonly keyVersion: number
  /** Absent when it is not known which was selected: then the card's challenge is not checked. */
  readonly aid?: string
  readonly level: SecurityLevel
  readonly scp?: 2
  readonly exchanges: readonly (readonly [command: string, response: string | null])[]
}

const FOLDER = 'vectors/real-cards'
const sessions: Record<string, Session> = JSON.parse(readFileSync(`${FOLDER}/sessions.json`, 'utf8'))
const recorded = (name: string) => transcriptCard(readFileSync(`${FOLDER}/${name}.apdu`, 'utf8'))

function* open({ keys, keyVersion, aid, level, scp }: Session, entropy: Entropy): Dialogue<SecureChannel> {
  const set = { enc: fromHex(keys.enc), mac: fromHex(keys.mac), dek: fromHex(keys.dek) }
  const options = { keys: set, entropy, keyVersion, level, ...(aid && { aid: fromHex(aid) }) }
  return scp === 2 ? yield* openScp02(options) : yield* openScp03(options)
}

const opened = (name: string) => {
  const card = recorded(name)
  return { card, channel: run(card, open(sessions[name]!, card.entropy)) }
}

function* say(text: string): Dialogue<string> {
  const { data, sw } = yield decodeCommand(fromHex(text))
  return sw === 0x9000 ? hex(data) : sw.toString(16)
}

const withKeys = Object.entries(sessions).filter(([, { keys }]) => keys)

test.each(withKeys)('%s', async (name, session) => {
  const { card, channel } = opened(name)
  const secure = await channel
  for (const [command, response] of session.exchanges) {
    expect(await run(card, secured(secure, say(command)))).toBe(response ?? '6f00')
  }
  expect(card.left()).toBe(0)
})

test('the registry of a real eUICC is read: life cycles of two bytes, objects that GPC does not have', async () => {
  const { card, channel } = opened('euicc-registry')
  const secure = await channel
  const list = (scope: Parameters<typeof getStatus>[0]) => run(card, secured(secure, getStatus(scope)))
  expect(await list('loadFiles')).toHaveLength(8)
  const [profile, ...applications] = await list('applications')
  expect([hex(profile!.aid), profile!.lifeCycle, hex(profile!.privileges!)]).toEqual([
    'a0000005591010ffffffff8900001000',
    0x3f,
    '80c000',
  ])
  expect(applications.map(({ lifeCycle }) => lifeCycle)).toEqual([7, 7, 7])
  const [isd] = await list('issuer')
  expect([isd!.lifeCycle, hex(isd!.privileges!)]).toEqual([0x0f, '82fc80'])
})
