import { expect, test } from 'vitest'
import { challenge, demanded } from './step-up.ts'

const at = new Date('2026-06-01T03:00:00Z')
const after = (seconds: number) => new Date(at.getTime() + seconds * 1000)
const login = { by: 'phone', at } as const

test('a login that is fresh and by the means that is demanded is enough', () => {
  expect(challenge(login, {}, after(9999))).toBeUndefined()
  expect(challenge(login, { by: 'phone', maxAge: 60 }, after(60))).toBeUndefined()
  expect(challenge(login, { maxAge: 60 }, after(61))).toBe(
    'Bearer error="insufficient_user_authentication", max_age="60"',
  )
  expect(challenge(login, { by: 'card' }, at)).toBe(
    'Bearer error="insufficient_user_authentication", acr_values="urn:kazasu:acr:card-pin"',
  )
})

test.each([
  [challenge(login, { by: 'card', maxAge: 60 }, at)!, { by: 'card', maxAge: 60 }],
  ['DPoP realm="r", error="insufficient_user_authentication", acr_values="x urn:kazasu:acr:card-pin"', { by: 'card' }],
  ['Bearer error="insufficient_user_authentication", max_age=5', { maxAge: 5 }],
  ['Bearer error="insufficient_user_authentication", max_age="soon"', {}],
  ['Bearer error="invalid_token", max_age="60"', undefined],
  ['Bearer', undefined],
])('%s demands %j', (authenticate, demand) => expect(demanded(authenticate)).toEqual(demand))
