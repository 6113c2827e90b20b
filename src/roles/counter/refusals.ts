// What the counter refuses. No PIN, no fact of a resident is part of a refusal.

import { refusals } from '../../base/refusal.ts'
import { CLERK_REFUSALS } from '../../protocol/clerks/clerks.ts'

export const no = refusals('counter', {
  ...CLERK_REFUSALS,
  unknownCard: [404, 'the counter has no card of this number'],
  notResident: [409, 'the resident has died or left the country'],
  hasCard: [409, 'this resident has a card: it is stopped before there is another'],
  cardNotInUse: [409, 'the card is not in use'],
  notAbandoned: [409, 'a card that was handed over is stopped, not undone'],
  notMade: [409, 'the card is not whole yet, or was handed over'],
  proofNeeded: [422, 'for this the person must be identified'],
  passwordNeeded: [422, 'from fifteen on a password is chosen, below there is none'],
  secretShape: [422, 'a PIN has four digits, a password six to sixteen capital letters and digits'],
  tooEarly: [409, 'a certificate is renewed from three months before its end'],
  notOnThisCard: [409, 'the card on the reader is another one'],
  phoneOnDesk: [409, 'a phone of this resident is being written: give it back first'],
  noPhoneOnDesk: [409, 'no phone of this resident is on the desk'],
  pinNotDue: [409, 'the PIN of the phone is not due yet'],
  pinIsTransport: [422, 'choose another PIN'],
  noSignCertificate: [409, 'the card has no 署名用 certificate: use documents'],
  simNotHere: [404, 'this SIM is not in a reader here'],
  noSuchApplication: [404, 'the SIM has no application of this AID'],
  channelClosed: [503, 'this channel to the SIM is closed; open another'],
  wrongPin: [403, 'the PIN or password is wrong'],
  pinBlocked: [423, 'PIN or password is blocked: reset it'],
})
