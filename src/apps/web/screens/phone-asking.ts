// What the phone's screens of a service's question have in common: which request, who asks, the number to compare, the no.

import type { VNode } from 'preact'
import { buttonLink, hidden, notice, post, type Row, submit } from '../components.ts'
import { inLanguage } from '../language.ts'
import type { Trouble } from '../refusal-notice.ts'
import { type Child, div, h2, p, section, strong } from '../tags.ts'
import { phonePath, showOnPhone } from './device.ts'
import type { At } from './phone.ts'

/** A request that this phone was asked to look at. */
export interface Request {
  readonly party: string
  readonly requestId: string
}

const PARTY = /^[a-z][a-z0-9-]{1,62}$/
const REQUEST_ID = /^[0-9a-f]{32}$/

export const requestOf = (party: string, requestId: string): Request | null =>
  PARTY.test(party) && REQUEST_ID.test(requestId) ? { party, requestId } : null

export const asked = ({ c }: At): Request | null => requestOf(c.req.query('party') ?? '', c.req.query('request') ?? '')

export const pathOf = ({ citizen }: At, what: 'age' | 'consent', { party, requestId }: Request): string =>
  phonePath(citizen, `/${what}?party=${party}&request=${requestId}`)

export const screen = (at: At, heading: string, content: Child, trouble: Trouble | null, path: string): Response =>
  showOnPhone(at.c, {
    viewer: at.viewer,
    citizen: at.citizen,
    heading,
    content,
    trouble,
    back: phonePath(at.citizen),
    path,
  })

export const compare = ({ viewer: { t } }: At, code: string, text: string): VNode =>
  section({ class: 'compare' }, h2({}, t.asking.code), p({ class: 'compare-code' }, strong({}, code)), p({}, text))

interface Asker {
  readonly displayName: string
  readonly onBehalfOf: string | null
  readonly expiresAt: Date
}

/** A platform is named beside the service for which it asks. */
export const nameOf = ({ viewer: { language } }: At, { displayName, onBehalfOf }: Asker): string =>
  inLanguage(onBehalfOf ?? displayName, language)

export const asker = (at: At, of: Asker): Row[] => {
  const { t, language, format } = at.viewer
  const through: Row[] = of.onBehalfOf ? [[t.asking.through, inLanguage(of.displayName, language)]] : []
  return [
    [t.asking.who, nameOf(at, of)],
    ...through,
    [t.asking.known, t.asking.yes],
    [t.asking.until, format.clock(of.expiresAt)],
  ]
}

export const held = ({ party, requestId }: Request): VNode[] => [hidden('party', party), hidden('request', requestId)]

export const notReady = ({ viewer: { t }, citizen }: At): VNode =>
  notice(
    'warning',
    t.asking.notReady,
    p({}, t.asking.notReadyText),
    buttonLink(phonePath(citizen), t.phone.toPhoneHome),
  )

/** A form of its own, so that to decline asks for no PIN. */
export const refusal = ({ citizen }: At, path: string, request: Request, text: string): VNode =>
  post(phonePath(citizen, path), ...held(request), submit(text, 'secondary', 'decision', 'decline'))

export const over = (at: At, kind: 'success' | 'info' | 'warning', heading: string, text: string): VNode =>
  div(
    {},
    notice(kind, heading, p({}, text)),
    buttonLink(phonePath(at.citizen), at.viewer.t.phone.toPhoneHome, 'secondary'),
  )
