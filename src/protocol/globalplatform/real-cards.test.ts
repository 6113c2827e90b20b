// Sessions that others recorded with real cards: our client must say byte for byte what those cards accepted, and
// understand what they answered. vectors/SOURCE.md says where each comes from.

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fromHex, hex } from '../../base/bytes.ts'
import { decodeCommand } from '../../codec/apdu.ts'
import { type Dialogue, run, transcriptCard } from '../iso7816/index.ts'
import { getStatus } from './content-management.ts'
import { type OpenScp03, openScp03, type SecureChannel, secured } from './scp03.ts'
import type { SecurityLevel } from './scp03-session.ts'

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

function* open({ keys, keyVersion, aid, level }: Session, entropy: OpenScp03['entropy']): Dialogue<SecureChannel> {
  const set = { enc: fromHex(keys.enc), mac: fromHex(keys.mac), dek: fromHex(keys.dek) }
  return yield* openScp03({ keys: set, entropy, keyVersion, level, ...(aid && { aid: fromHex(aid) }) })
}

const opened = (name: string) => {
  const card = recorded(name)
  return { card, channel: run(card, open(sessions[name]!, card.entropy)) }
}

function* say(text: string): Dialogue<string> {
  const { data, sw } = yield decodeCommand(fromHex(text))
  return sw === 0x9000 ? hex(data) : sw.toString(16)
}

const scp03 = Object.entries(sessions).filter(([, { scp, keys }]) => scp !== 2 && keys)

test.each(scp03)('%s', async (name, session) => {
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
