// What each layer of protection costs a certificate on its way into the SIM (seed 4 別紙3): SCP03 alone, the SP's own content
// encryption alone, the one inside the other. Both sides, from its octets to the same octets; no air, no chip, no memory of a card.

import { systemEntropy } from '../src/adapters/random.ts'
import { type Bytes, concat, equal } from '../src/base/bytes.ts'
import { aesCbcDecrypt, aesCbcEncrypt, cmac } from '../src/base/crypto.ts'
import type { Command } from '../src/codec/apdu.ts'
import { encodeDgis } from '../src/codec/dgi.ts'
import { LEVEL, storeData } from '../src/protocol/globalplatform/index.ts'
import { Scp03Session } from '../src/protocol/globalplatform/scp03-session.ts'
import { CONTENT, DGI, openContent, sealContent } from '../src/protocol/personalisation/index.ts'
import { holder } from './fixture.ts'
import { type Bench, must, repeated } from './harness.ts'

/** STORE DATA through a session of each side at level 33; what the card has in the end, and how many octets were sent. */
function channel() {
  const keys = { enc: systemEntropy(16), mac: systemEntropy(16), rmac: systemEntropy(16) }
  const [host, card] = [new Scp03Session(keys, 8), new Scp03Session(keys, 8)]
  for (const side of [host, card]) side.start(LEVEL.all)
  return (data: Bytes): { arrived: Bytes; sent: number } => {
    const parts: Bytes[] = []
    let sent = 0
    const dialogue = storeData(data, 0, host.capacity)
    for (let step = dialogue.next(); !step.done; ) {
      const wrapped = host.wrap(step.value as Command)
      sent += wrapped.data.length
      parts.push(card.unwrap(wrapped).data)
      step = dialogue.next(host.unwrapResponse(card.wrapResponse({ data: new Uint8Array(0), sw: 0x9000 })))
    }
    return { arrived: concat(...parts), sent }
  }
}

type Layer = 'scp03' | 'content' | 'both'

const UNIT: Record<Layer, string> = {
  scp03: 'one certificate through SCP03 alone, level 33',
  content: 'one certificate in the content encryption of the SP alone, AES-256',
  both: 'one certificate in the content encryption of the SP, through SCP03',
}

function layer(which: Layer): Bench {
  return {
    name: `layer-${which}`,
    unit: UNIT[which],
    floorIs: `AES-CBC and AES-CMAC over its octets, ${which === 'both' ? 'twice' : 'once'} on each side`,
    prepare: async () => {
      const certificate = holder().auth.certificate.raw
      const contentKey = systemEntropy(32)
      const through = channel()
      let number = 0
      let sent = 0
      const carried = (data: Bytes) => {
        if (which === 'content') return data
        const result = through(data)
        sent = result.sent
        return result.arrived
      }
      const once = () => {
        const grouping = [{ id: CONTENT.file, value: certificate }]
        if (which === 'scp03') {
          const plain = encodeDgis(grouping)
          return must(equal(carried(plain), plain), 'the octets')
        }
        const envelope = sealContent(contentKey, ++number, grouping, systemEntropy)
        const arrived = carried(encodeDgis([{ id: DGI.envelope, value: envelope }]))
        const { content } = openContent(contentKey, arrived.slice(-envelope.length))
        must(equal(content[0]!.value, certificate), 'the certificate')
        if (which === 'content') sent = envelope.length
      }
      const blocks = certificate.slice(0, certificate.length & ~15)
      const [key, macKey] = [systemEntropy(which === 'scp03' ? 16 : 32), systemEntropy(16)]
      const floor = () => {
        for (let i = 0; i < (which === 'both' ? 2 : 1); i++) {
          const sealed = aesCbcEncrypt(key, blocks)
          const made = cmac(macKey, sealed)
          must(equal(cmac(macKey, sealed), made), 'the MAC')
          must(aesCbcDecrypt(key, sealed).length === blocks.length, 'the length')
        }
      }
      return {
        work: repeated(once),
        floor: repeated(floor),
        notes: () => [`${certificate.length} octets are ${sent} on their way`],
      }
    },
  }
}

export const layerScp03 = layer('scp03')
export const layerContent = layer('content')
export const layerBoth = layer('both')
