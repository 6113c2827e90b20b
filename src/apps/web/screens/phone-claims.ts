// On the screen of a login: what the service asks to be told of the person, and why. What it can do without is ticked one by one,
// and nothing is ticked beforehand.

import type { VNode } from 'preact'
import { type AskedClaim, ageOfClaim } from '../../../protocol/login/login-message.ts'
import { choiceField } from '../components.ts'
import { inLanguage } from '../language.ts'
import { div, h2, li, p, section, strong, ul } from '../tags.ts'
import type { Viewer } from '../viewer.ts'

type Asked = readonly AskedClaim[]

/** Of a claim, or of a fact as J-LIS calls it. */
export function claimName({ t }: Viewer, claim: string): string {
  const age = ageOfClaim(claim)
  const names: Readonly<Record<string, string>> = {
    name: t.claims.name,
    address: t.claims.address,
    birthdate: t.claims.birthdate,
    birthDate: t.claims.birthdate,
    gender: t.claims.gender,
  }
  return age === undefined ? (names[claim] ?? claim) : t.claims.age(age)
}

const whyOf = ({ t, language }: Viewer, { purpose }: AskedClaim): string =>
  purpose === '' ? t.claims.noReason : t.claims.why(inLanguage(purpose, language))

/** Above the answer: what comes with it whatever is ticked. */
export function toldAtLogin(viewer: Viewer, asked: Asked): VNode {
  const { t } = viewer
  if (asked.length === 0) return p({}, t.phone.loginWhat)
  const needed = asked.filter(({ essential }) => essential)
  const byConsent = asked.some(({ claim }) => ageOfClaim(claim) === undefined)
  return section(
    { class: 'panel' },
    h2({}, t.claims.title),
    needed.length > 0 ? p({}, t.claims.needed) : null,
    needed.length > 0
      ? ul({}, ...needed.map((one) => li({}, strong({}, claimName(viewer, one.claim)), div({}, whyOf(viewer, one)))))
      : null,
    byConsent ? p({}, t.claims.byConsent) : null,
    p({}, t.claims.nothingElse),
  )
}

/** In the form of the approval. `given` is what was ticked before a wrong PIN. */
export function choices(viewer: Viewer, asked: Asked, given: readonly string[]): VNode | null {
  const { t } = viewer
  const voluntary = asked.filter(({ essential }) => !essential)
  if (voluntary.length === 0) return null
  return choiceField(
    'checkbox',
    'give',
    t.claims.chosen,
    voluntary.map((one) => ({
      value: one.claim,
      text: t.claims.withReason(claimName(viewer, one.claim), whyOf(viewer, one)),
      checked: given.includes(one.claim),
    })),
  )
}
