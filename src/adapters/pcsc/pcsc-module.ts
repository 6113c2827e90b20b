// The optional package pcsc-mini, as far as we use it; imported when first needed, because it may not be there.
// Its own types are not imported for the same reason. Observed: pcsc-mini 0.1.3.

import { no } from './refusals.ts'

export interface PcscCard {
  transmit(command: Uint8Array, buffer?: ArrayBuffer): Promise<Uint8Array>
  state(): Promise<{ readonly atr: Uint8Array }>
  protocol(): number
  disconnect(then: number): Promise<void>
}

export interface PcscReader {
  name(): string
  connect(mode: number): Promise<PcscCard>
  on(event: 'change', listener: (status: { has(flag: number): boolean }, atr: Uint8Array) => void): void
}

export interface PcscClient {
  on(event: 'reader', listener: (reader: PcscReader) => void): this
  on(event: 'error', listener: (error: Error) => void): this
  start(): this
  stop(): void
}

/** winscard.h of pcsc-lite. */
export const PCSC = { EXCLUSIVE: 1, RESET: 1, PRESENT: 32, PROTOCOL_T0: 1, LONGEST_RESPONSE: 65_538 } as const

/** Connects to pcscd, or refuses with `pcsc/unavailable`. */
export async function startClient(onReader: (reader: PcscReader) => void): Promise<PcscClient> {
  const packageName = 'pcsc-mini'
  try {
    const { Client } = (await import(packageName)) as { Client: new () => PcscClient }
    const client = new Client().on('reader', onReader)
    // A daemon that ends later shows at the next transmit.
    return client.on('error', () => undefined).start()
  } catch (cause) {
    throw no.unavailable({ reason: (cause as { code?: string }).code ?? 'cannot be loaded' }, cause)
  }
}
