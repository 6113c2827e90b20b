// What a developer needs of this world: its people with what each is for, and the addresses of the platform.

import type { VNode } from 'preact'
import { panel, rows } from '../../components.ts'
import { a, code, p } from '../../tags.ts'
import { framed } from '../operator.ts'
import { type At, copied } from './page.ts'

const FOR = { adult: 'adultFor', elder: 'elderFor', child: 'childFor' } as const

/** Where this platform runs among invented people. */
export function people({ viewer: { t, say }, world }: At): VNode | null {
  if (world.citizens.length === 0) return null
  const lines = world.citizens.map(({ name, label, practice }) => [
    say(label),
    name in FOR ? t.developers[FOR[name as keyof typeof FOR]] : '',
    practice.password ? code({}, practice.password) : t.developers.none,
    a({ href: `/phone/${name}` }, t.start.openPhone(say(label))),
  ])
  const heads = [t.developers.person, t.developers.personFor, t.developers.personSecrets, t.developers.phone]
  return panel(t.developers.people, p({}, t.developers.peopleLead), framed(t.developers.people, heads, lines))
}

export function endpoints(at: At): VNode {
  const { viewer, world } = at
  const { t } = viewer
  const issuer = `${world.origin}/verifier`
  const link = (address: string) => a({ href: address }, code({}, address))
  return panel(
    t.developers.endpoints,
    rows(
      [t.developers.issuer, copied(at, 'issuer', t.developers.issuer, issuer)],
      [t.developers.discovery, link(`${issuer}/.well-known/openid-configuration`)],
      [t.developers.api, link(`${issuer}/openapi.json`)],
      [t.developers.signals, link(`${world.origin}/.well-known/ssf-configuration/verifier`)],
    ),
  )
}
