// What the database adapter refuses, before any role has asked anything of it.

import { refusals } from '../../base/refusal.ts'

export const no = refusals('database', {
  'folder-in-use': [409, 'another process works on this data folder: stop it, or use another folder'],
  unreachable: [503, 'the PostgreSQL server of DATABASE_URL does not answer or does not let us in'],
  broken: [
    503,
    'the connection to the PostgreSQL server broke before it answered: what was asked was done or was not, and may be asked again',
  ],
  busy: [
    503,
    'all connections to the PostgreSQL server are in use, or two were in each other’s way: nothing was done, and the same may be asked again',
  ],
  newer: [409, 'a newer version has changed these tables: start that version, or restore a backup of before'],
  full: [
    503,
    'the disk of the PostgreSQL server is full: nothing was kept; the same may be asked again once there is room',
  ],
  text: [400, 'what was sent has a character that no record can hold (U+0000)'],
  'no-primary': [503, 'none of the PostgreSQL servers of DATABASE_URL takes writes just now'],
  'no-cluster': [
    503,
    'two servers of DATABASE_URL take writes and neither succeeds the other, or they are of two clusters',
  ],
  'session-attrs': [400, 'DATABASE_URL takes target_session_attrs=read-write or primary: nothing here only reads'],
})
