// Which of the two languages a request gets: `?lang=`, then the cookie, then Accept-Language (RFC 9110 §12.5.4), then Japanese.

export const LANGUAGES = ['ja', 'en'] as const
export type Language = (typeof LANGUAGES)[number]
export type Words = { readonly [L in Language]: string }

export const LANGUAGE_COOKIE = 'lang'

export const isLanguage = (text: string | undefined): text is Language => LANGUAGES.includes(text as Language)

export interface LanguageWishes {
  readonly query: string | undefined
  readonly cookie: string | undefined
  readonly acceptLanguage: string | undefined
}

/** The first wish that we can fulfil. */
export function chooseLanguage({ query, cookie, acceptLanguage }: LanguageWishes): Language {
  const wishes = [query, cookie, ...accepted(acceptLanguage ?? '')]
  return wishes.find(isLanguage) ?? 'ja'
}

/** Primary subtags, the dearest first; a weight of 0 means "not this". */
function accepted(header: string): string[] {
  return header
    .split(',')
    .map((range) => {
      const [tag = '', ...parameters] = range.trim().toLowerCase().split(';')
      const weight = parameters.map((text) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(text)?.[1]).find(Boolean)
      return { language: tag.split('-')[0] ?? '', weight: weight === undefined ? 1 : Number(weight) }
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ language }) => language)
}

/** Names that are entered as "日本語 / English" show their half. */
export function inLanguage(name: string, language: Language): string {
  const halves = name.split(' / ')
  if (halves.length !== 2) return name
  return halves[LANGUAGES.indexOf(language)] ?? name
}

/** Times of Japan, numbers, lists and what stands in brackets, as people write them. */
export const formats = (language: Language) => {
  const locale = language === 'ja' ? 'ja-JP' : 'en-GB'
  const zone = { timeZone: 'Asia/Tokyo' } as const
  const day = new Intl.DateTimeFormat(locale, { ...zone, dateStyle: 'long' })
  const minute = new Intl.DateTimeFormat(locale, { ...zone, dateStyle: 'long', timeStyle: 'short' })
  const clock = new Intl.DateTimeFormat(locale, { ...zone, timeStyle: 'short' })
  const count = new Intl.NumberFormat(locale)
  return {
    day: (at: Date) => day.format(at),
    /** Of YYYY-MM-DD. */
    date: (text: string) => day.format(new Date(`${text}T00:00:00+09:00`)),
    minute: (at: Date) => minute.format(at),
    clock: (at: Date) => clock.format(at),
    count: (value: number) => count.format(value),
    list: (items: readonly string[]) => items.join(language === 'ja' ? '、' : ', '),
    aside: (text: string, more: string | null) =>
      !more ? text : language === 'ja' ? `${text}（${more}）` : `${text} (${more})`,
    yen: (value: number) => (language === 'ja' ? `${count.format(value)}円` : `¥${count.format(value)}`),
  }
}
