// 照合番号: what is printed on the card, as the secrets by which a reader proves that it sees the card.
// Observed: myna-card. A is the 個人番号 itself.

/** First day of an era and the Gregorian year before its first. */
const ERAS = [
  ['2019-05-01', 2018],
  ['1989-01-08', 1988],
  ['1926-12-25', 1925],
  ['1912-07-30', 1911],
  ['1868-01-25', 1867],
] as const

/** Year of the Japanese era, month, day: YYMMDD. Of `YYYY-MM-DD`; throws `RangeError` before Meiji. */
export function eraBirthDate(birthDate: string): string {
  const era = ERAS.find(([first]) => birthDate >= first)
  if (!era) throw new RangeError('before Meiji there is no such number')
  const [year, month, day] = birthDate.split('-')
  return `${String(Number(year) - era[1]).padStart(2, '0')}${month}${day}`
}

/** 照合番号B, 14 digits: birth date in the era, year in which the card ends, the four digits of the security code. */
export function codeB(birthDate: string, expiry: string, securityCode: string): string {
  if (!/^[0-9]{8}$/.test(expiry) || !/^[0-9]{4}$/.test(securityCode)) throw new RangeError('not what a card shows')
  return `${eraBirthDate(birthDate)}${expiry.slice(0, 4)}${securityCode}`
}
