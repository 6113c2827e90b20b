// What the developers' pages have in common: the frame, and the session that the browser holds.

import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import type { Verifier } from '../../../../roles/verifier/contract.ts'
import { show } from '../../page.ts'
import { statusOf, type Trouble, troubleNotice } from '../../refusal-notice.ts'
import { button, type Child, code, div, h1, script, span } from '../../tags.ts'
import type { Viewer } from '../../viewer.ts'
import type { PlatformWorld } from '../../world.ts'

export const HOME = '/developers'
const COOKIE = 'developer'
const PENDING = 'developer-login'

export interface At {
  readonly c: Context
  readonly world: PlatformWorld
  readonly viewer: Viewer
}
export type Owned = Awaited<ReturnType<Verifier['ownServices']>>['services'][number]
export type Tenant = NonNullable<Awaited<ReturnType<Verifier['developer']>>['tenant']>

/** For whom the session is good. */
export interface Inside extends At {
  readonly session: string
  readonly tenant: Tenant
}

export const sessionOf = ({ c }: At): string => getCookie(c, COOKIE) ?? ''
export const pendingOf = ({ c }: At): string => getCookie(c, PENDING) ?? ''

const options = ({ world }: At) =>
  ({ path: HOME, httpOnly: true, sameSite: 'Lax', secure: world.origin.startsWith('https:') }) as const

export const keepPending = (at: At, pending: string) =>
  setCookie(at.c, PENDING, pending, { ...options(at), maxAge: pending ? 600 : 0 })
export const keepSession = (at: At, session: string) =>
  setCookie(at.c, COOKIE, session, { ...options(at), ...(session ? {} : { maxAge: 0 }) })

const copying = script({ type: 'module', src: '/assets/copy.js' })

/** A button for what stands in the element of this id; `what` tells several apart for those who hear them. */
export const copyButton = ({ viewer: { t } }: At, id: string, what: string) =>
  button(
    {
      type: 'button',
      hidden: true,
      class: 'button button-secondary',
      'data-copy': id,
      'data-done': t.developers.copied,
      'aria-live': 'polite',
    },
    span({}, t.developers.copy),
    span({ class: 'visually-hidden' }, ` ${what}`),
  )

export const copied = (at: At, id: string, what: string, text: string) =>
  div({ class: 'copied' }, code({ id }, text), copyButton(at, id, what))

export interface DeveloperScreen {
  readonly title: string
  readonly trouble?: Trouble | null
  readonly content: readonly Child[]
  readonly path?: string
}

export const page = ({ c, viewer }: At, { title, trouble = null, content, path }: DeveloperScreen): Response =>
  show(c, {
    viewer,
    title,
    theme: 'authority',
    content: div(
      { class: 'narrow' },
      h1({}, title),
      trouble ? troubleNotice(viewer, trouble) : null,
      ...content,
      copying,
    ),
    status: trouble ? statusOf(trouble) : 200,
    ...(trouble ? { trouble: true } : {}),
    path: path ?? HOME,
  })
