// What the clerk's screens have in common: who looks, the frame, the way back.

import type { Context } from 'hono'
import type { VNode } from 'preact'
import { buttonLink } from '../components.ts'
import type { Wrong } from '../entered.ts'
import { show } from '../page.ts'
import { statusOf, type Trouble } from '../refusal-notice.ts'
import { div, h1 } from '../tags.ts'
import type { Viewer } from '../viewer.ts'
import type { WebWorld } from '../world.ts'

export const PATH = '/counter'

export interface At {
  readonly c: Context
  readonly world: WebWorld
  readonly viewer: Viewer
}

/** With a clerk who is signed in. */
export interface ClerkAt extends At {
  readonly session: string
  readonly clerk: string
}

/** `heading`: what this page is, of several at the counter (WCAG 2.2 §2.4.2). */
export function counterPage(
  at: At,
  heading: string,
  content: VNode,
  trouble: Trouble | null = null,
  path: string = PATH,
  { waiting = false, wrong = {} }: { readonly waiting?: boolean; readonly wrong?: Wrong } = {},
): Response {
  const { c, viewer } = at
  return show(c, {
    viewer,
    title: `${heading} | ${viewer.t.counter.title}`,
    theme: 'authority',
    content: div({ class: 'narrow' }, h1({}, heading), content),
    status: trouble ? statusOf(trouble) : 200,
    ...(trouble ? { trouble: true, wrong } : {}),
    path,
    ...(waiting ? { waiting } : {}),
  })
}

export const backToSearch = ({ t }: Viewer): VNode => buttonLink(PATH, t.counter.again, 'secondary')
