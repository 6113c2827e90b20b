// What stands between us and a card in a reader.

import { refusals } from '../../base/refusal.ts'

export const no = refusals('pcsc', {
  unavailable: [
    503,
    'PC/SC is not available: install pcscd (Linux) and the optional package pcsc-mini, then start pcscd',
  ],
  'no-reader': [404, 'there is no reader of this name'],
  'no-card': [409, 'there is no card in the reader'],
  'card-busy': [409, 'another program uses this card'],
  'card-lost': [409, 'the card was taken out or does not answer'],
})
