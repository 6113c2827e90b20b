// What the holder signs with the My Number Card held to the phone. The password goes to the card and nowhere else.

import type { Bytes } from '../../base/bytes.ts'
import type { Session } from '../../base/ports.ts'
import { run } from '../../protocol/iso7816/index.ts'
import * as jpki from '../../protocol/jpki-ap/index.ts'
import { asRefusal } from './applet.ts'
import { no } from './refusals.ts'

/** The content with the signature of its holder; the session with the card ends with it. */
export async function signOnCard(card: Session, password: string, content: Bytes, now: Date): Promise<Bytes> {
  try {
    const signed = await run(card, jpki.signDocument(password, content, now))
    if (!signed) throw no.noSignCertificate()
    return signed
  } catch (error) {
    throw asRefusal(error, no.wrongPassword, no.passwordBlocked)
  } finally {
    await card.end()
  }
}
