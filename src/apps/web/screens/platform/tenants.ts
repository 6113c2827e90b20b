// Tenants and their services at the desk of the platform: quotas, stopping and letting go on, holds.

import type { VNode } from 'preact'
import type { Verifier } from '../../../../roles/verifier/contract.ts'
import { hidden, notice, panel, post, rows, submit, textField } from '../../components.ts'
import { attempt, type Trouble } from '../../refusal-notice.ts'
import { type Child, code, details, div, p, summary } from '../../tags.ts'
import { fields, plainText } from '../../viewer.ts'
import type { At } from '../desk.ts'
import { platformPage, TENANTS } from './page.ts'

type Tenant = Awaited<ReturnType<Verifier['runTenants']>>['tenants'][number]
type Measures = Tenant['measures']

/** A tenant, or one of its services. */
interface Owner {
  readonly owner: string
  readonly tenantId: string
  readonly clientId: string
  readonly name: string
  readonly perMinute: number | null
  readonly measures: Measures
}

/** A form that was not taken: it stays open, with what is wrong beside the field, and what was written in it. */
interface Failed {
  readonly owner: string
  readonly act: string
  readonly field: 'reason' | 'perMinute' | 'name'
  readonly error: string
  readonly reason: string
}
/** The error of a field, where that form failed by it. */
const errorOf = (failed: Failed | null, owner: string, act: string, field: Failed['field']) =>
  failed?.owner === owner && failed.act === act && failed.field === field ? { error: failed.error } : {}

export async function tenantsPage(
  at: At,
  trouble: Trouble | null = null,
  failed: Failed | null = null,
): Promise<Response> {
  const { viewer, world, clerk } = at
  const { t } = viewer
  const { tenants, own } = await world.verifier.runTenants({ session: clerk.session })
  return platformPage(at, {
    title: t.platform.tenants,
    path: TENANTS,
    trouble,
    content: [
      ...(tenants.length === 0 ? [p({}, t.platform.noTenants)] : tenants.map((one) => tenantPanel(at, one, failed))),
      own.length === 0
        ? null
        : panel(t.platformDesk.ownServices, ...own.map((one) => servicePart(at, one, null, failed))),
    ],
  })
}

function tenantPanel(at: At, tenant: Tenant, failed: Failed | null): VNode {
  const { t, format } = at.viewer
  const { tenantId, name, openedAt, administrators, perMinute, measures, services } = tenant
  return panel(
    name,
    rows(
      ['ID', code({}, tenantId)],
      [t.platform.opened, format.day(openedAt)],
      [t.platform.administrators, format.count(administrators)],
      [t.platform.quota, format.count(perMinute)],
    ),
    ...standing(at, measures),
    forms(at, { owner: tenantId, tenantId, clientId: '', name, perMinute, measures }, failed),
    ...(services.length === 0 ? [p({ class: 'hint' }, t.platform.noServices)] : []),
    ...services.map((service) => servicePart(at, service, tenantId, failed)),
    services.length === 0 ? eraseForm(at, tenant, failed) : null,
  )
}

function servicePart(
  at: At,
  service: Tenant['services'][number],
  tenantId: string | null,
  failed: Failed | null,
): VNode {
  const { t, format } = at.viewer
  const { clientId, name, perMinute, measures } = service
  const quota = tenantId === null ? t.platformDesk.noQuota : t.platform.ownQuota
  return div(
    { class: 'part' },
    rows(
      [t.platform.service, [name, ' ', code({}, clientId)]],
      [t.platform.quota, perMinute === null ? quota : format.count(perMinute)],
    ),
    ...standing(at, measures),
    forms(at, { ...service, owner: clientId, tenantId: tenantId ?? '' }, failed),
  )
}

/** Only where no service is left; by two clerks. */
function eraseForm(
  { viewer: { t }, clerk }: At,
  { tenantId, name, kept }: Tenant,
  failed: Failed | null,
): VNode | null {
  if (!kept) return p({ class: 'hint' }, t.platformDesk.nothingKept)
  if (!clerk.parts.includes('operator')) return null
  const mine = failed?.owner === tenantId && failed.act === 'erase' ? failed : null
  return details(
    { open: mine !== null },
    summary({}, t.platformDesk.erase(name)),
    notice('warning', t.platformDesk.eraseLead, p({}, t.platformDesk.grave)),
    post(
      TENANTS,
      ...[hidden('act', 'erase'), hidden('tenant', tenantId)],
      textField({
        ...{ name: 'name', id: `erase-name-${tenantId}`, label: t.platformDesk.eraseName },
        ...errorOf(failed, tenantId, 'erase', 'name'),
      }),
      textField({
        ...{ name: 'reason', id: `erase-${tenantId}`, label: t.platform.measureReason, value: mine?.reason ?? '' },
        ...errorOf(failed, tenantId, 'erase', 'reason'),
      }),
      submit(t.platformDesk.proposeErase, 'danger'),
    ),
  )
}

const standing = ({ viewer: { t, format } }: At, measures: Measures): VNode[] =>
  measures.map(({ kind, reason, clerk, since }) =>
    notice('warning', t.platform[kind], p({}, reason), p({}, t.platform.since(format.minute(since), clerk))),
  )

function forms({ viewer: { t }, clerk }: At, of: Owner, failed: Failed | null): Child {
  if (!clerk.parts.includes('operator')) return null
  const { owner, tenantId, clientId, name, perMinute, measures } = of
  const is = (kind: Measures[number]['kind']) => measures.some((one) => one.kind === kind)
  const act = (what: string, ...more: Child[]) =>
    post(TENANTS, hidden('act', what), hidden('tenant', tenantId), hidden('service', clientId), ...more)
  const reason = (what: string, hint: string) =>
    textField({
      ...{ name: 'reason', id: `${what}-${owner}`, label: t.platform.measureReason, hint },
      ...errorOf(failed, owner, what, 'reason'),
    })
  return details(
    { open: failed?.owner === owner && failed.act !== 'erase' },
    summary({}, `${t.platform.change}: ${name}`),
    tenantId === ''
      ? null
      : act(
          'quota',
          textField({
            ...{ name: 'perMinute', id: `quota-${owner}`, label: t.platform.quota, value: String(perMinute ?? '') },
            optional: clientId !== '',
            ...errorOf(failed, owner, 'quota', 'perMinute'),
          }),
          submit(t.platform.setQuota, 'secondary'),
        ),
    is('suspended')
      ? act('resume', submit(t.platform.resume(name)))
      : act('suspend', reason('suspend', t.platform.suspendHint), submit(t.platform.suspend(name), 'danger')),
    clientId !== '' && tenantId !== ''
      ? null
      : is('held')
        ? act('lift', submit(t.platform.lift, 'secondary'))
        : act('hold', reason('hold', t.platform.holdHint), submit(t.platform.hold, 'secondary')),
  )
}

const WITH_REASON = ['suspend', 'hold', 'erase']

export async function actOnTenant(at: At): Promise<Response> {
  const { c, world, viewer, clerk } = at
  const entered = await fields(c, 'act', 'tenant', 'service', 'perMinute', 'reason', 'name')
  const { session } = clerk
  const [tenantId, clientId] = [entered.tenant, entered.service]
  const owner = clientId || tenantId
  const reason = entered.reason.trim()
  const wrong = (field: Failed['field'], error: string) =>
    tenantsPage(at, error, { owner, act: entered.act, field, error, reason })
  if (WITH_REASON.includes(entered.act) && (reason === '' || reason.length > 200))
    return wrong('reason', viewer.t.platform.reasonNeeded)
  const number = plainText(entered.perMinute).replaceAll(',', '')
  const acts: Record<string, () => Promise<unknown>> = {
    quota: () =>
      world.verifier.setQuota({
        ...{ session, tenantId, ...(clientId && { clientId }) },
        perMinute: number === '' ? null : Number(number),
      }),
    suspend: () => world.verifier.suspend({ session, owner, reason }),
    resume: () => world.verifier.resume({ session, owner }),
    hold: () => world.verifier.hold({ session, tenantId: tenantId || clientId, reason }),
    lift: () => world.verifier.liftHold({ session, tenantId: tenantId || clientId }),
    erase: () => world.verifier.proposeAct({ session, act: 'erase', subject: tenantId, reason }),
  }
  const act = acts[entered.act]
  if (!act) return c.redirect(TENANTS, 303)
  if (
    entered.act === 'quota' &&
    !(/^\d{1,7}$/.test(number) && Number(number) <= 1_000_000) &&
    !(number === '' && clientId)
  )
    return wrong('perMinute', viewer.t.platform.numberNeeded)
  if (entered.act === 'erase' && !(await isName(at, tenantId, entered.name)))
    return wrong('name', viewer.t.platformDesk.eraseOther)
  const refused = await attempt(act)
  return refused ? tenantsPage(at, refused) : c.redirect(`${TENANTS}?done=${entered.act}`, 303)
}

/** Whoever erases has read whose records these are. */
async function isName({ world, clerk }: At, tenantId: string, entered: string): Promise<boolean> {
  const { tenants } = await world.verifier.runTenants({ session: clerk.session })
  return tenants.some((one) => one.tenantId === tenantId && one.name === entered.trim())
}
