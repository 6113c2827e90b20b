// What the database adapter refuses, before any role has asked anything of it.

import { refusals } from '../../base/refusal.ts'

export const no = refusals('database', {
  'folder-in-use': [409, 'another process works on this data folder: stop it, or use another folder'],
  unreachable: [503, 'the PostgreSQL server of DATABASE_URL does not answer or does not let us in'],
})
