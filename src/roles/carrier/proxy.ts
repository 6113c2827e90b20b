// The carrier's way to a SIM: the TSM proxy of the phone that it is in. Seed 4 別紙2.

import type { Bytes } from '../../base/bytes.ts'
import type { Session } from '../../base/ports.ts'
import type { Phone } from '../phone/contract.ts'

/** A phone, or a reader that is no phone and has no network: only a proxy. */
export type TsmProxy = Pick<Phone, 'proxyOpen' | 'proxyTransmit' | 'proxyClose'> &
  Partial<Pick<Phone, 'connections' | 'shortMessages'>>
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
