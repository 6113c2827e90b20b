// What stands between a person and a card that they manage.

import { refusals } from '../../../base/refusal.ts'

export const no = refusals('gp', {
  'which-card': [400, 'say which card: --card, --card-file, --reader or --replay'],
  'no-card-file': [404, 'there is no such card; --new makes one'],
  'card-exists': [409, 'there is a card already; --new makes new ones only'],
  'card-refused': [409, 'the card refuses'],
  'wrong-keys': [403, 'the secure channel does not open: the keys are not those of the card'],
  'not-recorded': [409, 'the recording does not go on like this'],
  'bad-answer': [502, 'the card answers what is not understood'],
  'bad-hex': [400, 'bytes are written in hex'],
  'bad-option': [400, 'an option cannot be understood'],
  'bad-file': [400, 'the file cannot be read or understood'],
  'bad-key': [400, 'a key has 16, 24 or 32 bytes'],
  'no-carrier-keys': [404, 'the data folder has no keys of this carrier'],
  'not-confirmed': [400, 'not done: say yes, or give --yes'],
  'needs-flag': [400, 'this cannot be undone, or stops the whole card: it needs its own flag'],
  'no-such-module': [404, 'the load file has no such module'],
  'unexpected-answer': [409, 'the card answers otherwise than the script says'],
  'packet-refused': [409, 'the card does not take the packet'],
  'record-failed': [507, 'the recording cannot be written'],
})
