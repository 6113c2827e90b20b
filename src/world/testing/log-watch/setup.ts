// Before each test file: what its roles log is listened to; after it, it is searched. A hit fails the file and names the event.

import { afterAll, expect } from 'vitest'
import { leaks, watch } from './watch.ts'

watch()
afterAll(() => {
  expect(leaks(), `logged in ${expect.getState().testPath}`).toEqual([])
})
