// Cards in PC/SC readers as links. PC/SC Workgroup part 5. Exclusive: no other program may use a card while its
// PIN is verified for us. Not here: the driver of the reader.

import { setTimeout } from 'node:timers/promises'
import type { Bytes } from '../../base/bytes.ts'
import type { Session } from '../../base/ports.ts'
import { PCSC, type PcscCard, type PcscClient, type PcscReader, startClient } from './pcsc-module.ts'
import { no } from './refusals.ts'
import { transmitT0 } from './t0.ts'

export interface ReaderState {
  readonly name: string
  readonly cardPresent: boolean
}

export interface CardInReader extends Session {
  readonly atr: Bytes
}

interface Seen {
  readonly reader: PcscReader
  present: boolean
}

/** pcscd tells of each reader apart and never says that it was the last. */
const SETTLE_MS = 150
/** A reader or card that is asked for may need longer on a busy machine. */
const PATIENCE_MS = 1_500

/** The readers of this machine; refuses with `pcsc/unavailable` when there is no PC/SC. */
export async function listReaders(): Promise<ReaderState[]> {
  const { client, readers } = await look()
  client.stop()
  return readers.map(({ reader, present }) => ({ name: reader.name(), cardPresent: present }))
}

/** Takes the card in this reader; `end` resets it and lets it go. */
export async function openReader(name: string): Promise<CardInReader> {
  const { client, readers } = await look()
  const find = () => readers.find(({ reader }) => reader.name() === name)
  try {
    for (let waited = SETTLE_MS; !find()?.present && waited < PATIENCE_MS; waited += SETTLE_MS)
      await setTimeout(SETTLE_MS)
    const found = find()
    if (!found)
      throw no['no-reader']({ reader: name, there: readers.map(({ reader }) => reader.name()).join(', ') || 'none' })
    if (!found.present) throw no['no-card']({ reader: name })
    const card = await found.reader.connect(PCSC.EXCLUSIVE).catch((cause) => {
      throw no['card-busy']({ reader: name, reason: reasonOf(cause) }, cause)
    })
    return session(client, card, Uint8Array.from((await card.state()).atr))
  } catch (error) {
    client.stop()
    throw error
  }
}

async function look(): Promise<{ client: PcscClient; readers: Seen[] }> {
  const readers: Seen[] = []
  const client = await startClient((reader) => {
    const seen: Seen = { reader, present: false }
    readers.push(seen)
    reader.on('change', (status) => {
      seen.present = status.has(PCSC.PRESENT)
    })
  })
  await setTimeout(SETTLE_MS)
  return { client, readers }
}

function session(client: PcscClient, card: PcscCard, atr: Bytes): CardInReader {
  const buffer = new ArrayBuffer(PCSC.LONGEST_RESPONSE)
  const exchange = async (command: Bytes): Promise<Bytes> => {
    try {
      return Uint8Array.from(await card.transmit(command, buffer))
    } catch (cause) {
      throw no['card-lost']({ reason: reasonOf(cause) }, cause)
    }
  }
  const overT0 = card.protocol() === PCSC.PROTOCOL_T0
  let ended = false
  return {
    atr,
    transmit: (command) => (overT0 ? transmitT0(command, exchange) : exchange(command)),
    end: async () => {
      if (ended) return
      ended = true
      // A card that is gone needs no reset.
      await card.disconnect(PCSC.RESET).catch(() => undefined)
      client.stop()
    },
  }
}

const reasonOf = (error: unknown): string => (error as { code?: string }).code ?? 'unknown'
