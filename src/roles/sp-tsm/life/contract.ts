// What happens to a phone's certificate after it is there: stop, resume, renew, a new PIN, the end. Seed 4 (4)②, (5)③④⑦.

import { z } from 'zod'
import { operation, zBytes, zNothing, zSerial, zTime } from '../../../base/contract.ts'

/** Events of the state table. */
export const zLifeEvent = z.enum(['approve', 'install', 'confirmPin', 'stop', 'resume', 'renew', 'resetPin', 'end'])
export type LifeEvent = z.output<typeof zLifeEvent>

/** On whose word. `line` and `sim` are the carrier's notifications, `authority` what its register says. */
export const zParty = z.enum(['holder', 'hot-line', 'counter', 'operator', 'line', 'sim', 'authority', 'sp-tsm'])
export type Party = z.output<typeof zParty>

/** Why an order ends, as the revocation of its certificate says. */
export const zEndReason = z.enum(['cessationOfOperation', 'keyCompromise', 'superseded'])
export type EndReason = z.output<typeof zEndReason>

/** What the holder asks for with the card, from whatever phone. UTF-8 JSON, members in this order, signed by the 署名用 key. */
export const zHolderStatement = z.object({
  purpose: z.enum([
    'jpki-phone-stop',
    'jpki-phone-resume',
    'jpki-phone-reset-pin',
    'jpki-phone-end',
    'jpki-phone-show',
  ]),
  /** The SIM of the phone that the card is held to. */
  iccid: z.string().regex(/^[0-9]{19,20}$/),
  signedAt: z.iso.datetime(),
  /** 16 random bytes, hex: a statement counts once. */
  nonce: z.string().regex(/^[0-9a-f]{32}$/),
})
export type HolderStatement = z.output<typeof zHolderStatement>

/** The operations, given the schema of an order. */
export const lifeOperations = <O extends z.ZodType>(zOrder: O, zState: z.ZodType<string>) => {
  const orderId = z.object({ orderId: z.string() })
  const bySerial = { serial: zSerial, requestedBy: z.enum(['hot-line', 'counter', 'operator']) }
  return {
    stop: operation(
      '一時利用停止 by the phone itself: at once, and needs no PIN; asked again it is no error',
      orderId,
      zOrder,
    ),
    stopBySerial: operation(
      'stop by the serial number of the phone’s certificate or of the card’s: hot line, counter, operator',
      z.object(bySerial),
      zNothing,
    ),
    resumeBySerial: operation('end that stop, for who may: not the hot line', z.object(bySerial), zNothing),
    endBySerial: operation(
      'revoke for good and clear the SIM: counter, operator',
      z.object({ ...bySerial, reason: zEndReason }),
      zNothing,
    ),
    asHolder: operation(
      'what the holder signed with the card: stop, resume, reset the PIN, end, or show the order of his phone',
      z.object({ statement: zBytes }),
      zOrder,
    ),
    renew: operation(
      'a new key pair and certificate in the same SIM, from three months before the end; the PIN stays',
      orderId,
      zOrder,
    ),
    history: operation(
      'what happened to an order, the newest first',
      orderId,
      z.object({ events: z.array(z.object({ at: zTime, event: zLifeEvent, by: zParty, from: zState, to: zState })) }),
    ),
    followAuthority: operation(
      'take over what the register of certificates says of phones since the last time',
      zNothing,
      z.object({ taken: z.number().int() }),
    ),
  }
}
