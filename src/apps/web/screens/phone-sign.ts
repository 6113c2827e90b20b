// `/phone/<name>/sign`: a document that a service wants signed, shown as it is; signed with the card held to the phone, or not.
// Seed 2 pattern 1.

import type { VNode } from 'preact'
import { hex } from '../../../base/bytes.ts'
import { sha256 } from '../../../base/crypto.ts'
import type { Phone } from '../../../roles/phone/contract.ts'
import { hidden, notice, post, rows, submit } from '../components.ts'
import { inLanguage } from '../language.ts'
import { attempt, type Trouble } from '../refusal-notice.ts'
import { code, details, div, p, summary } from '../tags.ts'
import { fields } from '../viewer.ts'
import { phonePath } from './device.ts'
import { asFile, readable } from './document.ts'
import type { At } from './phone.ts'
import { compare, over, screen } from './phone-asking.ts'
import { cardAtHand, cardFields } from './phone-card.ts'

type Shown = Awaited<ReturnType<Phone['showSignature']>>

interface Request {
  readonly party: string | null
  readonly requestId: string
}

const PARTY = /^[a-z][a-z0-9-]{1,62}$/
const REQUEST_ID = /^[0-9a-f]{32}$/

function requestOf(party: string, requestId: string): Request | null {
  if (!REQUEST_ID.test(requestId) || (party !== '' && !PARTY.test(party))) return null
  return { party: party === '' ? null : party, requestId }
}

const asked = ({ c }: At): Request | null => requestOf(c.req.query('party') ?? '', c.req.query('request') ?? '')

const pathOf = ({ citizen }: At, { party, requestId }: Request, what = '/sign'): string =>
  phonePath(citizen, `${what}?request=${requestId}${party === null ? '' : `&party=${party}`}`)

const held = ({ party, requestId }: Request): VNode[] => [hidden('party', party ?? ''), hidden('request', requestId)]

export const phoneSign = {
  ask: async (at: At): Promise<Response> => {
    const request = asked(at)
    return request ? signScreen(at, request) : at.c.notFound()
  },

  /** The document itself. */
  read: async (at: At): Promise<Response> => {
    const request = asked(at)
    if (!request) return at.c.notFound()
    return asFile(await at.citizen.phone.showSignature(request))
  },

  answer: async (at: At): Promise<Response> => {
    const entered = await fields(at.c, 'party', 'request', 'digest', 'decision', 'card', 'password')
    const request = requestOf(entered.party, entered.request)
    if (!request) return at.c.notFound()
    const { phone } = at.citizen
    if (entered.decision === 'decline') return answered(at, request, () => phone.declineSignature(request))
    const card = cardAtHand(at, entered)
    if (!card) return signScreen(at, request, at.viewer.t.phone.passwordShape)
    return answered(at, request, () => phone.signRequested({ ...request, documentSha256: entered.digest, ...card }))
  },
}

async function answered(at: At, request: Request, act: () => Promise<unknown>): Promise<Response> {
  const refused = await attempt(act)
  return refused ? signScreen(at, request, refused) : at.c.redirect(pathOf(at, request), 303)
}

async function signScreen(at: At, request: Request, trouble: Trouble | null = null): Promise<Response> {
  const shown = await at.citizen.phone.showSignature(request)
  const content = shown.state === 'waiting' ? question(at, request, shown, trouble) : ended(at, shown)
  return screen(at, at.viewer.t.signing.signTitle, content, trouble, pathOf(at, request))
}

function question(at: At, request: Request, shown: Shown, trouble: Trouble | null): VNode {
  const { t, language, format } = at.viewer
  const digest = hex(sha256(shown.document))
  return div(
    {},
    p({}, t.signing.signLead(inLanguage(shown.displayName, language))),
    readable(at.viewer, shown, pathOf(at, request, '/sign/document')),
    rows([t.signing.who, inLanguage(shown.displayName, language)], [t.signing.until, format.clock(shown.expiresAt)]),
    compare(at, shown.code, t.signing.compare),
    notice('info', t.signing.cardOnly, p({}, t.signing.factsTold)),
    post(
      phonePath(at.citizen, '/sign'),
      ...held(request),
      hidden('digest', digest),
      ...cardFields(at, trouble),
      submit(t.signing.sign, 'primary', 'decision', 'sign'),
    ),
    post(
      phonePath(at.citizen, '/sign'),
      ...held(request),
      submit(t.signing.doNotSign, 'secondary', 'decision', 'decline'),
    ),
    details({ class: 'checks' }, summary({}, t.signing.digest), p({}, code({ class: 'digest' }, digest))),
  )
}

function ended(at: At, { state }: Shown): VNode {
  const { t } = at.viewer
  if (state === 'signed') return over(at, 'success', t.signing.signed, t.signing.signedText)
  if (state === 'declined') return over(at, 'info', t.signing.notSigned, t.signing.notSignedText)
  return over(at, 'warning', t.signing.expiredTitle, t.signing.overText)
}
