// The frame of the platform's desk: the way to each of its pages stands on all of them.

import type { VNode } from 'preact'
import { notice } from '../../components.ts'
import { a, li, nav, ul } from '../../tags.ts'
import type { Viewer } from '../../viewer.ts'
import { type At, type DeskPage, deskPage } from '../desk.ts'

export const PLATFORM = '/platform'
export const TENANTS = `${PLATFORM}/tenants`
export const FIRMS = `${PLATFORM}/firms`
export const KEYS = `${PLATFORM}/keys`
export const CLERKS_PAGE = `${PLATFORM}/clerks`
export const RECORDS = `${PLATFORM}/records`

/** Answers an act that was done just now with that first. */
export const platformPage = (at: At, { content, ...page }: DeskPage): Response =>
  deskPage(at, {
    ...page,
    content: [
      pagesOf(at.viewer, page.path),
      at.c.req.query('done') ? notice('success', at.viewer.t.platform.done) : null,
      ...content,
    ],
  })

function pagesOf({ t }: Viewer, here: string): VNode {
  const pages = [
    [PLATFORM, t.platform.title],
    [TENANTS, t.platform.tenants],
    [FIRMS, t.firms.desk],
    [KEYS, t.platformDesk.keys],
    [CLERKS_PAGE, t.platformDesk.clerks],
    [RECORDS, t.platform.records],
  ] as const
  const link = ([href, text]: (typeof pages)[number]) =>
    li({}, a({ href, ...(href === here ? { 'aria-current': 'page' as const } : {}) }, text))
  return nav({ class: 'links', 'aria-label': t.platformDesk.pages }, ul({ class: 'inline' }, ...pages.map(link)))
}
