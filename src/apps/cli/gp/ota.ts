// `kazasu gp ota`: C-APDUs as the script of a secured packet, in short messages that the card is given as a handset
// gives them. ETSI TS 102 225, 102 226 (expanded format).

import { explain } from '../../../codec/sw.ts'
import {
  AnswerLost,
  FULL_SECURITY,
  overTheAir,
  PacketFailed,
  type PacketKey,
  PacketSender,
  sendScript,
} from '../../../protocol/ota/index.ts'
import { keyFrom, TEST_KEY } from './keys.ts'
import { byte, type GpOptions, hexBytes } from './options.ts'
import { no } from './refusals.ts'
import { say, sayJson, upper, withCard } from './with-card.ts'

export interface OtaOptions extends GpOptions {
  readonly packetVersion: string
  readonly type: 'aes' | 'des'
  readonly kic?: string
  readonly kid?: string
  readonly tar: string
  readonly counter?: string
}

/** Whom the card sees as the sender. */
const FROM = { type: 0x91, digits: '810000000000' }

export async function ota(texts: readonly string[], options: OtaOptions): Promise<number> {
  const commands = texts.map((text) => hexBytes(text, 'C-APDU'))
  const sender = await senderOf(options)
  return await withCard(options, async (card) => {
    const { executed, responses, end } = await card.run(overTheAir(sendScript(sender, commands))).catch(refused)
    const last = end ? [`the script ended: ${upper(end.value)}`] : []
    if (options.json) sayJson({ counter: sender.counter, executed, responses, ...(end && { end: end.value }) })
    else say(...responses.map(({ data, sw }) => `${upper(data)} ${explain(sw)}`.trimStart()), ...last)
    return !end && responses.every(({ sw }) => sw === 0x9000) ? 0 : 1
  })
}

async function senderOf({ packetVersion, type, kic, kid, tar, counter }: OtaOptions): Promise<PacketSender> {
  const version = byte(packetVersion, 'version')
  if (version < 0x01 || version > 0x0f) throw no['bad-option']({ version: packetVersion, wanted: '01 to 0F' })
  const target = hexBytes(tar, 'TAR')
  if (target.length !== 3) throw no['bad-option']({ tar, wanted: 'three bytes' })
  const key = async (option: string | undefined, name: string, what: string): Promise<PacketKey> => ({
    algorithm: type === 'des' ? 'des3' : 'aes',
    value: (await keyFrom(option, name, what)) ?? TEST_KEY,
  })
  const keys = {
    version,
    kic: await key(kic, 'KAZASU_GP_KIC', 'key KIc'),
    kid: await key(kid, 'KAZASU_GP_KID', 'key KID'),
  }
  return new PacketSender({ keys, tar: target, spi: FULL_SECURITY, from: FROM, lastCounter: lastCounter(counter) })
}

/** The clock's seconds rise with each packet, so that nobody need remember a counter. */
function lastCounter(text: string | undefined): number {
  if (text === undefined) return Math.floor(Date.now() / 1000)
  if (!/^[0-9]{1,12}$/.test(text)) throw no['bad-option']({ counter: text, wanted: 'a number' })
  return Number(text) - 1
}

function refused(error: unknown): never {
  if (error instanceof PacketFailed) throw no['packet-refused']({ status: error.status ?? 'none' }, error)
  if (error instanceof AnswerLost) throw no['packet-refused']({ status: 'taken, but its answer was lost' }, error)
  throw error
}
