// The carrier's way to a SIM: the TSM proxy of the phone that it is in. Seed 4 別紙2.

import type { Bytes } from '../../base/bytes.ts'
import type { Session } from '../../base/ports.ts'
import type { Phone } from '../phone/contract.ts'

export type TsmProxy = Pick<Phone, 'proxyOpen' | 'proxyTransmit' | 'proxyClose'>
export type ProxyOf = (iccid: string) => Promise<TsmProxy>

export interface ProxyChannel extends Session {
  script(commands: Bytes[]): Promise<Bytes[]>
}

/** A channel to the application of this AID; the phone selects it. */
export async function openChannel(proxyOf: ProxyOf, iccid: string, aid: Bytes): Promise<ProxyChannel> {
  const phone = await proxyOf(iccid)
  const { channel } = await phone.proxyOpen({ iccid, aid })
  const script = async (commands: Bytes[]) => (await phone.proxyTransmit({ channel, commands })).responses
  return {
    script,
    transmit: async (command) => {
      const [response] = await script([command])
      if (!response) throw new Error('the TSM proxy gave no response')
      return response
    },
    end: async () => {
      await phone.proxyClose({ channel })
    },
  }
}

/** Runs `work` in a channel of its own, which is closed whatever happens. */
export async function inChannel<T>(
  proxyOf: ProxyOf,
  iccid: string,
  aid: Bytes,
  work: (channel: ProxyChannel) => Promise<T>,
): Promise<T> {
  const channel = await openChannel(proxyOf, iccid, aid)
  try {
    return await work(channel)
  } finally {
    await channel.end()
  }
}
