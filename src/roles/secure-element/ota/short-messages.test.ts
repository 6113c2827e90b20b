// A SIM in a handset, managed by short messages alone, over a network that loses, doubles and turns them round.

import { afterEach, describe, expect, test } from 'vitest'
import { Handset } from '../../../adapters/handset/index.ts'
import { badNetwork } from '../../../adapters/handset/testing/networks.ts'
import { type Bytes, fromHex, utf8 } from '../../../base/bytes.ts'
import { seededEntropy } from '../../../base/crypto.ts'
import { decodeSubmit } from '../../../codec/sms.ts'
import { encodeUserData, Reassembly } from '../../../codec/sms-parts.ts'
import { AnswerLost, FULL_SECURITY, PacketFailed, remotely } from '../../../protocol/ota/sender.ts'
import type { SecureElement } from '../contract.ts'
import { carried, deploy, isThere, otaSim, sender } from './ota-specimen.ts'

const open: (() => void)[] = []
afterEach(() => {
  for (const close of open.splice(0)) close()
})

function handsetWith(card: SecureElement, submit: (tpdu: Bytes) => void = () => undefined) {
  const handset = new Handset({ link: card.link(), submit, timer: () => undefined })
  open.push(() => handset.close())
  return handset
}

describe('by short messages alone', () => {
  test.each(['one', 'two', 'three', 'four'])('an applet is loaded over a bad network: %s', async (seed) => {
    const card = otaSim()
    const handset = handsetWith(card)
    await handset.start()
    const [isd, carry] = [sender(), badNetwork(handset, seededEntropy(utf8(seed)))]
    for (let attempt = 0; ; attempt++) {
      try {
        await carried(remotely(isd, deploy()), carry)
        break
      } catch (error) {
        if (!(error instanceof AnswerLost || error instanceof PacketFailed) || attempt > 20) throw error
      }
    }
    await isThere(card)
  })

  test('an answer that was asked for by SMS-SUBMIT comes in parts', async () => {
    const submitted: Bytes[] = []
    const card = otaSim()
    const handset = handsetWith(card, (tpdu) => submitted.push(tpdu))
    await handset.start()
    const isd = sender({ spi: { ...FULL_SECURITY, answerBySubmit: true } })
    const sent = isd.pack(fromHex('aa0a220880f24002024f0000'))
    for (const tpdu of sent.messages) expect(await handset.deliver(tpdu)).toHaveLength(0)
    await handset.idle()
    const parts = new Reassembly()
    const whole = submitted.map((tpdu) => parts.take('', decodeSubmit(tpdu).userData)).at(-1)!
    expect(isd.read(sent, encodeUserData(whole))).toMatchObject({ status: 0, protected: true })
  })
})
