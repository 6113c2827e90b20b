// What the resident register refuses. None of the four facts is ever part of a refusal.

import { refusals } from '../../base/refusal.ts'

export const no = refusals('resident-register', {
  unknownResident: [404, 'no resident has this id'],
  differentResident: [409, 'another record was entered under this id'],
  notResident: [409, 'the resident has died or left the country: no further event is recorded'],
  factsMissing: [422, 'a move, a change of name and a correction need the new four facts'],
  factsNotExpected: [422, 'a death or an emigration changes none of the four facts'],
  factsNotOfThisEvent: [422, 'this event cannot change that fact'],
  notTheLast: [409, 'only the last event of a resident is taken back, and once'],
  ownCustody: [422, 'nobody has custody of themselves'],
  childOfAge: [409, 'nobody has custody of somebody who is of age'],
  parentNotOfAge: [422, 'who is not of age has no custody of others'],
  custodyGround: [422, 'on this ground custody does not begin, or end'],
  hasCustody: [409, 'somebody has custody already: two parents, or a guardian, or this one'],
  noCustody: [409, 'there is no custody to end'],
  searchTooWide: [422, 'a search needs two characters of the name or a date of birth'],
  nothingChanged: [422, 'the four facts are those already recorded'],
})
