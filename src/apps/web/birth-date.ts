// A date of birth as people write it, with the year of the era or of the Christian calendar.

import { plainText } from './viewer.ts'

/** The year before the first of each era, by its name and by its letter. */
const BEFORE = { 明治: 1867, 大正: 1911, 昭和: 1925, 平成: 1988, 令和: 2018 } as const
const LETTERS = { M: '明治', T: '大正', S: '昭和', H: '平成', R: '令和' } as const
const WRITTEN = /^(明治|大正|昭和|平成|令和|[MTSHR])?(元|\d{1,4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/

/** YYYY-MM-DD; what is no date in any of these ways stays as it was entered, for the check of the form. */
export function birthDateOf(entered: string): string {
  const text = plainText(entered).replaceAll(/\s/g, '')
  if (/^\d{8}$/.test(text)) return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`
  const [, era, year = '', month = '', day = ''] = WRITTEN.exec(text.toUpperCase()) ?? []
  if (!year) return text
  const before = era ? BEFORE[(LETTERS[era as 'S'] ?? era) as '昭和'] : 0
  return `${before + (year === '元' ? 1 : Number(year))}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
}

/** Undefined for what is no date in any of these ways. */
export const dateIn = (entered: string): string | undefined => DATE.exec(birthDateOf(entered))?.[0]

const DATE = /^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$/
