// What the bank's screens have in common: its frame, and the session that the browser holds.

import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import type { VNode } from 'preact'
import type { Service } from '../../../roles/service/contract.ts'
import { icon } from '../icons.ts'
import { inLanguage } from '../language.ts'
import { show } from '../page.ts'
import { div, p } from '../tags.ts'
import type { Viewer } from '../viewer.ts'
import type { WebWorld } from '../world.ts'

export const COOKIE = 'bank-session'

export interface At {
  readonly c: Context
  readonly world: WebWorld
  readonly viewer: Viewer
  readonly place: BankPlace
}

/** One of the banks of this world. */
export interface BankPlace {
  readonly path: string
  /** "日本語 / English". */
  readonly name: string
  readonly service: Service
  /** Customers check in at its counters. */
  readonly branch: boolean
  /** Where an account is opened on line; null where it is not. */
  readonly opens: string | null
  /** The other bank whose balance is shown here, "日本語 / English"; null where none is. */
  readonly shows: string | null
}

export const below = ({ place }: Pick<At, 'place'>, path: string): string => place.path + path

export const sessionOf = ({ c }: At): string => getCookie(c, COOKIE) ?? ''

export const cookieOptions = ({ world, place }: At) =>
  ({ path: place.path, httpOnly: true, sameSite: 'Lax', secure: world.origin.startsWith('https:') }) as const

export async function whoIsHere(at: At) {
  const session = sessionOf(at)
  return session === '' ? { loggedIn: false, customer: null, delegated: false } : at.place.service.account({ session })
}

export interface BankScreen {
  readonly title: string
  readonly content: VNode
  readonly trouble?: boolean
  readonly status?: number
  readonly path?: string
  /** Something else will be shown soon. */
  readonly waiting?: boolean
}

export const page = ({ c, viewer, place }: At, { title, content, ...rest }: BankScreen): Response => {
  const bank = inLanguage(place.name, viewer.language)
  return show(c, {
    viewer,
    theme: 'bank',
    title: `${title} | ${bank}`,
    ...rest,
    content: div({ class: 'narrow' }, div({ class: 'bank-name' }, icon('bank', 'large'), p({}, bank)), content),
  })
}
