// One life of a counter on a data folder: does what the life before had begun, or undoes it, counts, then issues, hands
// over and renews one card and issues and abandons another, and is killed at its k-th point. Started by
// roles/counter/counter-crash.test.ts.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '../../adapters/database/database.ts'
import { fileKeyStore } from '../../adapters/keys/index.ts'
import { fileMemory } from '../../adapters/memory/index.ts'
import type { Counter } from '../../roles/counter/contract.ts'
import { counterSpecimen, FACTS, PASSWORD, proof } from './counter-specimen.ts'

export interface CounterReport {
  readonly cards: number
  /** Of a card that was issued or renewed, a certificate that is missing; with each the card signed. */
  readonly lost: number
  /** Certificates beyond one of a kind, and those of a card that was abandoned. */
  readonly doubled: number
  /** Points passed in all; absent when it was killed. */
  readonly points?: number
}

const [folder = '', killAt = '0'] = process.argv.slice(2)
let [armed, points] = [false, 0]
const point = () => {
  if (armed && ++points === Number(killAt)) process.kill(process.pid, 'SIGKILL')
}

const url = process.env.DATABASE_URL
const where = url ? { url } : { folder: join(folder, 'database') }
const database = (await openDatabase(where)).withPrefix(process.env.CRASH_PREFIX ?? 'counter')
const made = await counterSpecimen({
  database,
  keys: fileKeyStore(join(folder, 'keys')),
  memory: (place) => fileMemory(join(folder, 'cards', place)),
})
const { session } = made

interface Order {
  readonly residentId: string
  readonly cardNumber: string
  readonly abandoned: boolean
}
const file = join(folder, 'orders.json')
const orders: Order[] = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Order[]) : []

const plain = made.counter()
for (const order of orders.slice(-2)) await done(plain, order)
process.stdout.write(`${JSON.stringify(await count())}\n`)
if (Number(killAt) > 0) {
  const watched = made.counter(point)
  for (const abandoned of [false, true]) {
    const number = orders.length + 1
    const order = { residentId: `person-${number}`, cardNumber: `13999${String(number).padStart(11, '0')}`, abandoned }
    orders.push(order)
    writeFileSync(file, JSON.stringify(orders))
    await made.resident(FACTS.birthDate, order.residentId)
    armed = true
    await done(watched, order)
    armed = false
  }
  process.stdout.write(`${JSON.stringify({ ...(await count()), points })}\n`)
}
await database.close()

/** As a clerk asks, once more after a break. */
async function done(counter: Counter, { residentId, cardNumber, abandoned }: Order): Promise<void> {
  const stateOf = async () => (await plain.person({ session, residentId })).cards[0]?.state
  if (abandoned) {
    if ((await stateOf()) === undefined && !armed) return
    if ((await stateOf()) === undefined) await counter.issueCard(made.order(residentId, { cardNumber }))
    await counter.abandonCard({ session, cardNumber })
    return
  }
  if ((await stateOf()) !== 'inUse') {
    await counter.issueCard(made.order(residentId, { cardNumber }))
    await counter.handOver({ session, cardNumber, proof })
  }
  const { events } = await plain.person({ session, residentId })
  const moved = { ...FACTS, address: '東京都かざす市８番' }
  if (events.length === 0) await counter.record({ session, residentId, event: 'move', fourInfo: moved, proof })
  // Broken off after the last step: it is renewed, and not due again.
  await counter.renew({ session, cardNumber, kind: 'sign', proof }).catch((error: { code?: string }) => {
    if (error.code !== 'counter/tooEarly') throw error
  })
}

async function count(): Promise<CounterReport> {
  let [lost, doubled] = [0, 0]
  for (const { residentId, abandoned } of orders) {
    const living = await made.living(residentId)
    const kinds = abandoned ? [] : (['auth', 'sign'] as const)
    lost += kinds.filter((kind) => !living.includes(kind)).length
    doubled += living.length - new Set(living).size + (abandoned ? new Set(living).size : 0)
  }
  const last = orders.findLast(({ abandoned }) => !abandoned)
  if (last) await made.signs(last.residentId, 'sign', PASSWORD)
  return { cards: orders.length, lost, doubled }
}
