// PIN and password: anew for who is identified, or with the old one. They go to the card and nowhere else.

import type { Entropy, Session } from '../../../base/ports.ts'
import { run } from '../../../protocol/iso7816/index.ts'
import * as jpki from '../../../protocol/jpki-ap/index.ts'
import { setTransportPin } from '../../../protocol/personalisation/index.ts'
import type { CertificateKind } from '../../authority/contract.ts'
import { acting } from '../clerks.ts'
import type { Counter } from '../contract.ts'
import type { CounterDeps } from '../model.ts'
import { no } from '../refusals.ts'
import type { CardRow } from '../store.ts'
import { asIssuer, withCard } from './on-the-desk.ts'
import { cardInUse, cardOf } from './view.ts'

export const resetPin =
  (deps: CounterDeps): Counter['resetPin'] =>
  async ({ session, cardNumber, kind, secret, proof }) => {
    const { resident_id: residentId } = await cardOf(deps, cardNumber)
    return acting(deps, session, { what: 'resetPin', residentId, cardNumber, proof }, async () => {
      checkShape(kind, secret)
      const row = await cardInUse(deps, cardNumber)
      await withCard(deps, row, (card) => setPin(deps, card, row, kind, secret))
      return {}
    })
  }

/**
 * By way of a transport secret that nobody learns: broken off in between, the key is open to nobody, and the reset is
 * done again.
 */
export async function setPin(
  deps: CounterDeps,
  card: Session,
  row: CardRow,
  kind: CertificateKind,
  secret: string,
): Promise<void> {
  const transport = transportSecret(deps.entropy, kind, secret)
  await asIssuer(deps, card, row, (content) => setTransportPin(content, transport, kind))
  await run(card, change(kind, transport, secret))
}

export const changePin =
  (deps: CounterDeps): Counter['changePin'] =>
  async ({ session, cardNumber, kind, old, secret }) => {
    const { resident_id: residentId } = await cardOf(deps, cardNumber)
    return acting(deps, session, { what: 'changePin', residentId, cardNumber }, async () => {
      checkShape(kind, old)
      checkShape(kind, secret)
      const row = await cardInUse(deps, cardNumber)
      await withCard(deps, row, (card) => run(card, change(kind, old, secret)))
      return {}
    })
  }

function* change(kind: CertificateKind, old: string, secret: string) {
  yield* jpki.select()
  yield* jpki.changePin(kind, old, secret)
}

function checkShape(kind: CertificateKind, secret: string): void {
  if (!jpki.KEYS[kind].pinFormat.test(secret)) throw no.secretShape()
}

const DIGITS = '0123456789'

/** Of that kind's form, and not what the holder chose. */
function transportSecret(entropy: Entropy, kind: CertificateKind, chosen: string): string {
  const length = { auth: 4, sign: 16 }[kind]
  for (;;) {
    // Six numbers of a byte too many are left out, so that every digit is equally likely.
    const digits = [...entropy(64)].filter((byte) => byte < 250).map((byte) => DIGITS[byte % 10])
    const secret = digits.slice(0, length).join('')
    if (secret.length === length && secret !== chosen) return secret
  }
}
