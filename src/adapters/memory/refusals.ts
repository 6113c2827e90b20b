// What a card's memory refuses.

import { refusals } from '../../base/refusal.ts'

export const no = refusals('card', {
  'in-use': [409, 'this card is in another place already: take it out there first'],
  damaged: [500, 'the memory of this card is damaged in the middle; restore its file from a backup'],
})
