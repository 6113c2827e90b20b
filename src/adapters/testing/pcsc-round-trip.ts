// Run by pcsc.test.ts in a network and mount namespace with a pcscd of its own: puts an echoing card into the virtual
// reader, finds it through PC/SC, exchanges APDUs, takes it out. Prints what it saw as JSON.

import { setTimeout } from 'node:timers/promises'
import { concat, fromHex, hex } from '../../base/bytes.ts'
import { Refusal } from '../../base/refusal.ts'
import { listReaders, openReader } from '../pcsc/index.ts'
import { connectVpcd } from '../vpcd/index.ts'

const OK = fromHex('9000')
const codeOf = (error: unknown) => (error instanceof Refusal ? error.code : `${error}`)

/** Asks until it is so; pcscd needs up to half a second to see a change. */
async function until<T>(ask: () => Promise<T>, enough: (value: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries++) {
    const value = await ask()
    if (enough(value) || tries === 50) return value
    await setTimeout(50)
  }
}

async function roundTrip(): Promise<Record<string, unknown>> {
  const address = { host: '127.0.0.1', port: 35963 }
  const empty = await until(listReaders, (readers) => readers.length > 0)
  const name = empty[0]!.name
  const noCard = await openReader(name).catch(codeOf)
  const noReader = await openReader('nowhere').catch(codeOf)
  let resets = 0
  const card = { atr: fromHex(process.argv[2]!), process: (command: Uint8Array) => concat(command, OK) }
  const inserted = await connectVpcd(address, { ...card, reset: () => void resets++ })
  await until(listReaders, (readers) => readers[0]!.cardPresent)
  const session = await openReader(name)
  const answer = hex(await session.transmit(fromHex('00a4040c02abcd')))
  const busy = await openReader(name).catch(codeOf)
  const resetsBefore = resets
  await session.end()
  const again = await openReader(name)
  inserted.close()
  await until(listReaders, (readers) => !readers[0]!.cardPresent)
  const lost = await again.transmit(fromHex('00a4040c02abcd')).catch(codeOf)
  await again.end()
  return { atr: hex(session.atr), noCard, noReader, answer, busy, lost, wasReset: resets > resetsBefore }
}

process.stdout.write(JSON.stringify(await roundTrip()))
