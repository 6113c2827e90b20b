// What the counter refuses. No PIN, no fact of a resident is part of a refusal.

import { refusals } from '../../base/refusal.ts'

export const no = refusals('counter', {
  notSignedIn: [401, 'no clerk is signed in under this session'],
  wrongPasscode: [403, 'no clerk has this name and passcode'],
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
  wrongPin: [403, 'the PIN or password is wrong'],
  pinBlocked: [423, 'PIN or password is blocked: reset it'],
})
