// One life of a process that enrols on a data folder: recovers what the life before left, counts, enrols again, and is
// killed at its k-th point (a step of the saga, an effect on others, a write of a card). Started by crash.test.ts, with a
// model of SIM and the steps of the saga whose points count, when not all do.

import { join } from 'node:path'
import { openDatabase } from '../../adapters/database/database.ts'
import { fileKeyStore } from '../../adapters/keys/index.ts'
import { type CardMemory, fileMemory } from '../../adapters/memory/index.ts'
import { equal } from '../../base/bytes.ts'
import { privateKey, publicKeyOf } from '../../base/crypto.ts'
import { decodeCertificate } from '../../codec/x509.ts'
import { KEYS } from '../../protocol/jpki-ap/index.ts'
import { type AuthorityTables, authorityMigrations } from '../../roles/authority/index.ts'
import type { SIM_MODELS } from '../../roles/carrier/index.ts'
import { RECORD } from '../../roles/secure-element/jicsap/table.ts'
import { type SpTsmTables, spTsmMigrations } from '../../roles/sp-tsm/index.ts'
import { ONWARDS } from './faults/acts.ts'
import { orderIn, type SmallWorld, smallWorld } from './small-world.ts'

/** What a life found after recovery, and whether it ended by itself. */
export interface CrashReport {
  readonly state: string
  readonly unfinished: number
  readonly validWithoutKey: number
  readonly keysWithoutOrder: number
  /** Key pairs that the authority made and could still hand out, and keys that would open their envelopes. */
  readonly keysNotForgotten: number
  /** Points passed in all; absent when it was killed. */
  readonly points?: number
}

const [folder = '', killAt = '0'] = process.argv.slice(2)
const { CRASH_SIM_MODEL: simModel, CRASH_STEPS: steps } = process.env
let armed = false
let counting = steps === undefined
let points = 0

function point(name: string): void {
  // A script is no point of its own: what it changes is a write of the card.
  if (!armed || name.endsWith('sendScript')) return
  const [when, what = ''] = name.split(' ')
  const bounds = steps?.split(' ').includes(what)
  if (bounds && when === 'before') counting = true
  if (counting) points += 1
  if (counting && points === Number(killAt)) process.kill(process.pid, 'SIGKILL')
  if (bounds && when === 'after') counting = false
}

const say = (report: CrashReport) => process.stdout.write(`${JSON.stringify(report)}\n`)

const url = process.env.DATABASE_URL
const database = (await openDatabase(url ? { url } : { folder: join(folder, 'database') })).withPrefix(
  process.env.CRASH_PREFIX ?? 'crash',
)
const memory = (name: string) => fileMemory(join(folder, name), { onCommit: (when) => point(`${when} card write`) })
const sim = memory('sim')
const world = await smallWorld({
  database,
  keys: fileKeyStore(join(folder, 'keys')),
  card: memory('card'),
  sim,
  onStep: point,
  ...(simModel && { line: { simModel: simModel as keyof typeof SIM_MODELS } }),
})
await goOn(world)
const found = await count(world, sim)
say(found)
if (Number(killAt) > 0) {
  if (found.state === 'active') await removeIt(world)
  armed = true
  await enrol(world)
  await removeIt(world)
  armed = false
  say({ ...(await count(world, sim)), points })
}
await world.stop()
await database.close()

async function enrol(of: SmallWorld): Promise<void> {
  await of.applied()
  await goOn(of)
}

async function removeIt({ phone }: SmallWorld): Promise<void> {
  await phone.remove({})
  await orderIn({ phone }, 'undone')
}

/** The worker does its part by itself; the holder does his. */
async function goOn({ phone }: SmallWorld): Promise<void> {
  if (!(await phone.order({})).order) return
  for (;;) {
    const next = ONWARDS[(await orderIn({ phone }, 'accepted', 'written', 'active', 'undone')).state]
    if (!next) return
    point(`before ${next.name}`)
    await next.work(phone)
    point(`after ${next.name}`)
  }
}

async function count({ phone, spTsm }: SmallWorld, simMemory: CardMemory): Promise<CrashReport> {
  const { orders } = await spTsm.census({})
  const { active = 0, undone = 0, accepted = 0, ...others } = orders
  const unfinished = Object.values(others).reduce((sum, n) => sum + n, 0)
  const records = simMemory.load()
  const recordOf = (end: string) => [...records].find(([name]) => name.endsWith(`/${end}`))?.[1]
  const [key, certificate] = [recordOf(RECORD.key(KEYS.auth.key)), recordOf(RECORD.file(KEYS.auth.certificate))]
  const inSim = certificate && decodeCertificate(certificate)
  const matches = key && inSim && equal(publicKeyOf(privateKey(key)), inSim.subjectPublicKeyInfo)
  const register = await database.schema<AuthorityTables>('authority', authorityMigrations)
  const saga = await database.schema<SpTsmTables>('sp-tsm', spTsmMigrations)
  const valid = await register
    .selectFrom('certificate')
    .select('serial')
    .where('medium', '=', 'phone')
    .where('status', 'in', ['valid', 'pending'])
    .execute()
  const { order } = await phone.order({})
  const waiting = await register
    .selectFrom('key_delivery')
    .select('request_key')
    .where('envelope', 'is not', null)
    .execute()
  const receivers = await saga.selectFrom('order_').select('order_id').where('receiver_key', 'is not', null).execute()
  return {
    state: order?.state ?? (undone + accepted > 0 ? 'unknown to the phone' : 'none'),
    unfinished,
    validWithoutKey: valid.filter(({ serial }) => !matches || serial !== inSim.serialNumber).length,
    keysWithoutOrder: key && active === 0 ? 1 : 0,
    keysNotForgotten: waiting.length + receivers.length,
  }
}
