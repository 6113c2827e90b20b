// What the desks of J-LIS and of carriers have in common: frame with who is signed in, filters, paging.

import type { VNode } from 'preact'
import type { Wrong } from '../entered.ts'
import { show } from '../page.ts'
import { statusOf, type Trouble, troubleNotice } from '../refusal-notice.ts'
import { a, type Child, code, details, div, form, h1, p, summary } from '../tags.ts'
import { plainText, type Viewer } from '../viewer.ts'
import { type AtDesk, signOutForm } from './sign-in.ts'

export type At = AtDesk

export interface DeskPage {
  readonly title: string
  readonly content: readonly Child[]
  readonly trouble?: Trouble | null
  /** With which fields of the form that was sent. */
  readonly wrong?: Wrong
  /** Where this page can be got again. */
  readonly path: string
  /** Something else will be shown soon. */
  readonly waiting?: boolean
}

export function deskPage(
  { c, viewer, clerk, desk }: At,
  { title, content, trouble = null, wrong = {}, path, waiting = false }: DeskPage,
): Response {
  return show(c, {
    viewer,
    title,
    theme: 'authority',
    content: div(
      {},
      h1({}, title),
      p({ class: 'hint' }, viewer.t.counter.signedInAs(clerk.name)),
      trouble ? troubleNotice(viewer, trouble) : null,
      ...content,
      signOutForm(viewer, desk.office, path),
    ),
    status: trouble ? statusOf(trouble) : 200,
    ...(trouble ? { trouble: true, wrong } : {}),
    path,
    waiting,
  })
}

/** A form whose answer has an address of its own. */
export const filters = (action: string, ...children: Child[]): VNode =>
  form({ method: 'get', action, class: 'form', novalidate: true }, ...children)

/** "Older ones" with what was looked for, and back to the newest. */
export function pages(
  { viewer: { t } }: At,
  path: string,
  wanted: Readonly<Record<string, string>>,
  { before, last }: { before: boolean; last: number | null },
): VNode {
  const link = (more: Record<string, string>, text: string) => {
    const query = new URLSearchParams({ ...wanted, ...more })
    return p({}, a({ class: 'step-link', href: query.size > 0 ? `${path}?${query}` : path }, text))
  }
  return div(
    {},
    last === null ? null : link({ before: String(last) }, t.orders.more),
    before ? link({}, t.orders.newest) : null,
  )
}

/** What was said to a card; empty where nothing was. */
export const transcriptOf = ({ t }: Viewer, lines: readonly string[]): VNode =>
  lines.length === 0
    ? p({ class: 'hint' }, t.orders.noTranscript)
    : details({ class: 'transcript' }, summary({}, t.orders.transcript), code({ class: 'lines' }, lines.join('\n')))

/** Of a page, from the address. */
export const numberOf = (text: string | undefined): number | undefined =>
  text && /^[0-9]{1,9}$/.test(text) ? Number(text) : undefined

/** 090… as people say it, or with the country. */
export const international = (entered: string): string =>
  plainText(entered)
    .replace(/[-\s]/g, '')
    .replace(/^\+?(81)?0?/, '81')
