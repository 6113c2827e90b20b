// Who looks: language, its texts and its ways to write dates; and what every handler needs to answer.

import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { chooseLanguage, formats, isLanguage, LANGUAGE_COOKIE, type Language, type Words } from './language.ts'
import { TEXTS, type Texts } from './messages.ts'

export interface Viewer {
  readonly language: Language
  readonly t: Texts
  readonly format: ReturnType<typeof formats>
  readonly say: (words: Words) => string
}

export const viewerOf = (language: Language): Viewer => ({
  language,
  t: TEXTS[language],
  format: formats(language),
  say: (words) => words[language],
})

const A_YEAR = 365 * 24 * 3600

/** Also remembers a language that was just chosen. */
export function viewer(c: Context): Viewer {
  const query = c.req.query('lang')
  if (isLanguage(query))
    setCookie(c, LANGUAGE_COOKIE, query, { path: '/', maxAge: A_YEAR, sameSite: 'Lax', httpOnly: true })
  const cookie = getCookie(c, LANGUAGE_COOKIE)
  return viewerOf(chooseLanguage({ query, cookie, acceptLanguage: c.req.header('accept-language') }))
}

/** One field of a posted form, as text. */
export async function fields<const K extends string>(c: Context, ...names: K[]): Promise<Record<K, string>> {
  const posted = await c.req.parseBody()
  const text = (name: K) => (typeof posted[name] === 'string' ? posted[name] : '')
  return Object.fromEntries(names.map((name) => [name, text(name)])) as Record<K, string>
}

/** Full-width digits and letters count as what they look like; spaces around do not count. */
export const plainText = (entered: string): string => entered.normalize('NFKC').trim()
