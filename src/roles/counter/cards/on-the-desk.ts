// A card on the reader of the desk: as its holder, or through the issuer's secure channel by keys that no clerk sees.

import type { Session } from '../../../base/ports.ts'
import { triesLeft } from '../../../codec/sw.ts'
import * as gp from '../../../protocol/globalplatform/index.ts'
import { CardRefused, type Dialogue, run } from '../../../protocol/iso7816/index.ts'
import * as jpki from '../../../protocol/jpki-ap/index.ts'
import { type ContentChannel, setContentKey } from '../../../protocol/personalisation/index.ts'
import { type CounterDeps, contentKey, ISSUER_KEY_VERSION, issuerKeys } from '../model.ts'
import { no } from '../refusals.ts'
import type { CardRow } from '../store.ts'

/** Runs with the card, which is checked to be the one that is meant, and puts it back. */
export async function withCard<T>(
  { machine }: CounterDeps,
  { place, card_number }: CardRow,
  work: (card: Session) => Promise<T>,
): Promise<T> {
  const card = await machine.reader(place)
  try {
    await run(card, isCard(card_number))
    return await work(card)
  } catch (error) {
    throw pinRefusal(error)
  } finally {
    await card.end()
  }
}

function* isCard(cardNumber: string): Dialogue<void> {
  yield* jpki.select()
  if ((yield* jpki.tokenInfo()).serialNumber !== cardNumber) throw no.notOnThisCard()
}

/** What a card said of a PIN or password, with the tries that are left; anything else as it is. */
export function pinRefusal(error: unknown): unknown {
  if (!(error instanceof CardRefused)) return error
  if (jpki.isPinBlocked(error)) return no.pinBlocked({ triesLeft: 0 }, error)
  const left = triesLeft(error.sw)
  return left === undefined ? error : no.wrongPin({ triesLeft: left }, error)
}

/** As the issuer: SCP03 with the issuer's domain, what is written inside the envelopes of the content encryption. */
export async function asIssuer<T>(
  deps: CounterDeps,
  card: Session,
  { card_number }: CardRow,
  inner: (content: ContentChannel) => Dialogue<T>,
): Promise<T> {
  const { keys, entropy } = deps
  const set = { keyVersion: ISSUER_KEY_VERSION, keys: await issuerKeys(keys, card_number) }
  const content = { contentKey: await contentKey(keys, card_number), entropy }
  return run(card, throughIssuer({ ...set, entropy, aid: gp.AID.isd, level: gp.LEVEL.all }, content, inner))
}

function* throughIssuer<T>(
  open: gp.OpenScp03,
  content: ContentChannel,
  inner: (content: ContentChannel) => Dialogue<T>,
): Dialogue<T> {
  yield* gp.select()
  const channel = yield* gp.openScp03(open)
  yield* gp.secured(channel, setContentKey(channel.dek, content))
  return yield* gp.secured(channel, inner(content))
}
