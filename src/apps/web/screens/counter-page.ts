// What the clerk's screens have in common: who looks, the frame, the way back.

import type { Context } from 'hono'
import type { VNode } from 'preact'
import { buttonLink } from '../components.ts'
import { show } from '../page.ts'
import { statusOf, type Trouble } from '../refusal-notice.ts'
import { div } from '../tags.ts'
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

export function counterPage(
  at: At,
  content: VNode,
  trouble: Trouble | null = null,
  path: string = PATH,
  waiting = false,
): Response {
  const { c, viewer } = at
  return show(c, {
    viewer,
    title: viewer.t.counter.title,
    theme: 'authority',
    content: div({ class: 'narrow' }, content),
    status: trouble ? statusOf(trouble) : 200,
    ...(trouble ? { trouble: true } : {}),
    path,
    ...(waiting ? { waiting } : {}),
  })
}

export const backToSearch = ({ t }: Viewer): VNode => buttonLink(PATH, t.counter.again, 'secondary')
