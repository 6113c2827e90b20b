// When there is no page: not found, refused, from elsewhere, or broken. Nothing of what happened inside is shown.

import type { Context } from 'hono'
import type { VNode } from 'preact'
import type { Refusal } from '../../../base/refusal.ts'
import { buttonLink } from '../components.ts'
import { type IconName, icon } from '../icons.ts'
import { show } from '../page.ts'
import { refusalNotice } from '../refusal-notice.ts'
import { div, h1, p } from '../tags.ts'
import { type Viewer, viewer as viewerOfRequest } from '../viewer.ts'

type Failure = 'notFound' | 'failed' | 'foreign' | 'unreadable' | 'tooMuch'

const DRAWINGS = {
  notFound: 'unknown',
  failed: 'warning',
  foreign: 'warning',
  unreadable: 'warning',
  tooMuch: 'warning',
} as const satisfies Record<Failure, IconName>

const page = (c: Context, status: number, title: string, viewer: Viewer, content: VNode): Response =>
  show(c, {
    viewer,
    title,
    status,
    theme: 'kazasu',
    path: '/',
    content: div({ class: 'narrow' }, content, buttonLink('/', viewer.t.page.backHome, 'secondary')),
  })

function failure(c: Context, status: number, kind: Failure): Response {
  const viewer = viewerOfRequest(c)
  const title = viewer.t.page[`${kind}Title`]
  const content = div({ class: 'failure' }, icon(DRAWINGS[kind], 'large'), h1({}, title), p({}, viewer.t.page[kind]))
  return page(c, status, title, viewer, content)
}

export const notFound = (c: Context): Response => failure(c, 404, 'notFound')
export const broken = (c: Context): Response => failure(c, 500, 'failed')
/** A form of another site, or without the marks of a browser. */
export const foreign = (c: Context): Response => failure(c, 403, 'foreign')

/** A form that is none: its parts have no borders, or end in the middle. */
export const unreadable = (c: Context): Response => failure(c, 400, 'unreadable')
export const tooMuch = (c: Context): Response => failure(c, 413, 'tooMuch')

export function refused(c: Context, refusal: Refusal): Response {
  const viewer = viewerOfRequest(c)
  const title = viewer.t.page.refusedTitle
  const notice = refusalNotice(viewer, refusal.code, refusal.detail)
  return page(c, refusal.status, title, viewer, div({}, h1({}, title), notice))
}
