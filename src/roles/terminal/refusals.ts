// What the terminal refuses to take over. A card that is not admitted is a verdict, not a refusal.

import { refusals } from '../../base/refusal.ts'

export const no = refusals('terminal', {
  notPrepared: [409, 'the terminal has no certificate yet: prepare it while on line'],
  certificateForeign: [502, 'the certificate that came is not of the key of this terminal'],
  noLogins: [404, 'this terminal is a gate: nobody logs in here'],
  noLogin: [409, 'no login waits at this reader, or its time is over'],
  otherWay: [409, 'the service does not take a login in this way'],
  noCard: [409, 'nothing is on the reader'],
  cardLeft: [409, 'the card or phone left the reader before it was done'],
  cardRefused: [409, 'this card or phone cannot be used here'],
  touchFailed: [409, 'the card or phone did not answer a touch without PIN'],
  wrongPin: [403, 'the PIN is wrong'],
  pinBlocked: [423, 'the PIN is blocked'],
  listForeign: [403, 'the list is not signed by the key of the verifier'],
  listMalformed: [422, 'the list is not what a list must be: one ticket for each certificate, in UTF-8 JSON'],
  listExpired: [409, 'the list has ended'],
  listNotYet: [409, 'the list is of a time to come: look at the clock of the terminal'],
  filterForeign: [403, 'the revocation filter is not signed by the authority'],
  filterMalformed: [422, 'this is no revocation filter'],
  filterParts: [422, 'a whole filter, and a delta that is upon it'],
  filterExpired: [409, 'the revocation filter has ended'],
  filterNotYet: [409, 'the revocation filter is of a time to come: look at the clock of the terminal'],
  filterOlder: [409, 'the revocation filter is older than the one that is loaded'],
  listOlder: [409, 'the list is older than the one that is loaded'],
})
