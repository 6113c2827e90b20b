// The organisation of a developer: opened or joined, its services, who else administers it.

import { buttonLink, notice, panel, post, submit, textField } from '../../components.ts'
import { attempt, type Trouble } from '../../refusal-notice.ts'
import { a, code, p } from '../../tags.ts'
import { fields } from '../../viewer.ts'
import { framed } from '../operator.ts'
import { figurePanels, HOURS } from '../platform/figures.ts'
import { type At, HOME, type Inside, page, sessionOf } from './page.ts'
import { endpoints, people } from './sandbox.ts'

/** `named`: a name that is not taken. */
export function noTenant(at: At, trouble: Trouble | null = null, named?: string): Response {
  const { t } = at.viewer
  const open = textField({
    ...{ name: 'name', label: t.developers.tenantName, hint: t.developers.nameHint, value: named ?? '' },
    ...(named === undefined ? {} : { error: t.developers.nameNeeded }),
  })
  const code = textField({ name: 'code', label: t.developers.code })
  return page(at, {
    title: t.developers.tenantTitle,
    trouble,
    content: [
      p({ class: 'lead' }, t.developers.tenantLead),
      post(`${HOME}/tenant`, open, submit(t.developers.openTenant)),
      panel(t.developers.joinTitle, post(`${HOME}/join`, code, submit(t.developers.join, 'secondary'))),
      post(`${HOME}/logout`, submit(t.developers.logout, 'secondary')),
    ],
  })
}

export async function openTenant(at: At): Promise<Response> {
  const { name } = await fields(at.c, 'name')
  if (name.trim() === '' || name.length > 80) return noTenant(at, at.viewer.t.developers.nameNeeded, name)
  const refused = await attempt(() => at.world.verifier.openTenant({ session: sessionOf(at), name: name.trim() }))
  return refused ? noTenant(at, refused) : at.c.redirect(HOME, 303)
}

export async function joinTenant(at: At): Promise<Response> {
  const { code } = await fields(at.c, 'code')
  const refused = await attempt(() => at.world.verifier.joinTenant({ session: sessionOf(at), code: code.trim() }))
  return refused ? noTenant(at, refused) : at.c.redirect(HOME, 303)
}

export async function tenantPage(at: Inside, invitation?: { code: string; until: Date }): Promise<Response> {
  const { viewer, world, session, tenant } = at
  const { t, format } = viewer
  const { services } = await world.verifier.ownServices({ session })
  const lines = services.map(({ clientId, name, profile, registeredAt }) => [
    a({ href: `${HOME}/service/${clientId}` }, name),
    code({}, clientId),
    t.developers[profile ?? 'openid'],
    format.minute(registeredAt),
  ])
  const heads = [t.developers.service, t.developers.clientId, t.developers.profile, t.developers.registered]
  return page(at, {
    title: tenant.name,
    content: [
      at.c.req.query('done') === 'closed' ? notice('success', t.developers.closed) : null,
      tenant.suspended ? notice('warning', t.platform.suspended, p({}, tenant.suspended)) : null,
      invitation
        ? notice(
            'success',
            t.developers.invited,
            p({}, code({}, invitation.code)),
            p({}, t.developers.invitedText(format.minute(invitation.until))),
          )
        : null,
      panel(
        t.developers.services,
        lines.length > 0 ? framed(t.developers.services, heads, lines) : p({}, t.developers.noServices),
        buttonLink(`${HOME}/new`, t.developers.register),
      ),
      ...figurePanels(viewer, await world.verifier.tenantFigures({ session, hours: HOURS })),
      people(at),
      endpoints(at),
      post(`${HOME}/invite`, submit(t.developers.invite, 'secondary')),
      post(`${HOME}/logout`, submit(t.developers.logout, 'secondary')),
    ],
  })
}

export const invite = async (at: Inside): Promise<Response> =>
  tenantPage(at, await at.world.verifier.inviteDeveloper({ session: at.session }))
