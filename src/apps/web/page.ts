// The frame of every page: head, header with language switch, the screen itself, footer.

import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { VNode } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { asEntered, type Wrong } from './entered.ts'
import { LANGUAGES, type Language } from './language.ts'
import {
  a,
  body,
  type Child,
  div,
  footer,
  head,
  header,
  html,
  link,
  main,
  meta,
  nav,
  noscript,
  p,
  script,
  span,
  title,
} from './tags.ts'
import type { Viewer } from './viewer.ts'

export type Theme = 'kazasu' | 'phone' | 'login' | 'bank' | 'gate' | 'authority'

export interface Screen {
  readonly viewer: Viewer
  readonly title: string
  readonly theme: Theme
  readonly content: Child
  readonly status?: number
  /** The person must correct something: the title says so first, for those who hear it. */
  readonly trouble?: boolean
  /** With which fields of the form that was sent. */
  readonly wrong?: Wrong
  /** Something else will be shown soon: look again without a reload under a screen reader. */
  readonly waiting?: boolean
  /** Where this page can be got again, when it answers a form. */
  readonly path?: string
}

const REFRESH_SECONDS = 2

/** The screen as an answer. Pages show states and secrets of persons: nothing keeps them. */
export function show(c: Context, screen: Screen): Response {
  c.header('Cache-Control', 'no-store')
  c.header('Content-Language', screen.viewer.language)
  c.header('Vary', 'Accept-Language, Cookie')
  const address = new URL(c.req.url)
  const shown = { ...screen, content: again(c, screen) }
  const markup = renderToString(document(shown, screen.path ?? address.pathname + address.search))
  return c.html(`<!doctype html>${markup}`, (screen.status ?? 200) as ContentfulStatusCode)
}

/** A form that was sent and is not good comes back as it was filled in. */
function again(c: Context, { viewer, content, trouble, status, wrong = {} }: Screen): Child {
  const entered = trouble ? c.get('entered') : undefined
  return entered
    ? asEntered(content, entered, { wrong, missing: status === 422 ? viewer.t.page.missing : null })
    : content
}

const document = (screen: Screen, here: string): VNode =>
  html(
    { lang: screen.viewer.language },
    headOf(screen),
    body(
      { class: `theme-${screen.theme}` },
      a({ href: '#main', class: 'skip' }, screen.viewer.t.page.skip),
      headerOf(screen, here),
      main({ id: 'main', tabIndex: -1, ...(screen.waiting ? { 'data-waiting': 'yes' } : {}) }, screen.content),
      footer({ class: 'footer' }, p({}, screen.viewer.t.page.invented)),
    ),
  )

const headOf = ({ title: name, waiting, trouble, viewer }: Screen): VNode =>
  head(
    {},
    meta({ charset: 'utf-8' }),
    meta({ name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    title({}, `${trouble ? `${viewer.t.page.error}: ` : ''}${name} | Kazasu`),
    link({ rel: 'icon', href: '/assets/icon.svg', type: 'image/svg+xml' }),
    link({ rel: 'stylesheet', href: '/assets/style.css' }),
    waiting ? script({ type: 'module', src: '/assets/waiting.js' }) : null,
    waiting ? noscript({}, meta({ 'http-equiv': 'refresh', content: String(REFRESH_SECONDS) })) : null,
  )

const headerOf = ({ viewer, theme }: Screen, here: string): VNode =>
  header(
    { class: 'header' },
    div(
      { class: 'header-inner' },
      a(
        { href: '/', class: 'brand' },
        span({ class: 'brand-name' }, viewer.language === 'ja' ? 'かざす' : 'Kazasu'),
        span({ class: 'brand-line' }, theme === 'kazasu' ? viewer.t.page.tagline : viewer.t.page.home),
      ),
      nav(
        { class: 'languages', 'aria-label': viewer.t.page.language },
        ...LANGUAGES.map((language) => languageLink(language, viewer.language, here)),
      ),
    ),
  )

const NAMES = { ja: '日本語', en: 'English' } as const satisfies Record<Language, string>

function languageLink(language: Language, current: Language, here: string): VNode {
  const address = new URL(here, 'http://here')
  address.searchParams.set('lang', language)
  return a(
    {
      href: address.pathname + address.search,
      lang: language,
      hreflang: language,
      ...(language === current ? { 'aria-current': 'true' } : {}),
    },
    NAMES[language],
  )
}
