import { expect, test } from 'vitest'
import { zFourInfo } from '../../base/contract.ts'
import { birthDateOf } from './birth-date.ts'

test.each(['1944-11-03', '1944/11/3', '1944.11.3', '１９４４年１１月３日', '19441103', '昭和19年11月3日', 's19.11.3'])(
  '%s is the third of November 1944',
  (entered) => expect(birthDateOf(entered)).toBe('1944-11-03'),
)

test.each([
  ['大正15年12月24日', '1926-12-24'],
  ['平成元年1月8日', '1989-01-08'],
  ['R1.5.1', '2019-05-01'],
])('%s is %s', (entered, day) => expect(birthDateOf(entered)).toBe(day))

test.each(['', '昭和', '44-11-03', '1944-11', '1944-02-30', '昭和19年13月3日', 'X19.11.3'])('%s is no day', (entered) =>
  expect(zFourInfo.shape.birthDate.safeParse(birthDateOf(entered)).success).toBe(false),
)
