// Tenants and their services at the desk of the platform: quotas, stopping and letting go on, holds.

import type { VNode } from 'preact'
import type { Verifier } from '../../../../roles/verifier/contract.ts'
import { ownTenant } from '../../../../roles/verifier/tenant-keys/sealing.ts'
import { hidden, notice, panel, post, rows, submit, textField } from '../../components.ts'
import { attempt, type Trouble } from '../../refusal-notice.ts'
import { type Child, code, details, div, p, summary } from '../../tags.ts'
import { fields, plainText } from '../../viewer.ts'
import type { At } from '../desk.ts'
import { platformPage, TENANTS } from './page.ts'

type Tenant = Awaited<ReturnType<Verifier['runTenants']>>['tenants'][number]
type Measures = Tenant['measures']
type Service = Tenant['services'][number]
type OwnService = Awaited<ReturnType<Verifier['runTenants']>>['own'][number]

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
      own.length === 0 ? null : panel(t.platformDesk.ownServices, ...own.map((one) => ownPart(at, one, failed))),
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
    services.length === 0 ? eraseForm(at, tenantId, tenant, failed) : null,
  )
}

function servicePart(at: At, service: Service, tenantId: string | null, failed: Failed | null): VNode {
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
    closeForm(at, service, failed),
  )
}

/** One without a tenant stays here, closed, while something is kept for it. */
function ownPart(at: At, service: OwnService, failed: Failed | null): VNode {
  if (!service.closed) return servicePart(at, service, null, failed)
  const { t } = at.viewer
  const { clientId, name, measures } = service
  return div(
    { class: 'part' },
    rows([t.platform.service, [name, ' ', code({}, clientId)]]),
    notice('info', t.platformDesk.closed),
    ...standing(at, measures),
    forms(at, { ...service, owner: clientId, tenantId: '' }, failed),
    eraseForm(at, ownTenant(clientId), service, failed),
  )
}

/** Only where no service is left; by two clerks. */
function eraseForm(at: At, subject: string, { name, kept }: Pick<Tenant, 'name' | 'kept'>, failed: Failed | null) {
  const { t } = at.viewer
  if (!kept) return p({ class: 'hint' }, t.platformDesk.nothingKept)
  const texts = {
    title: t.platformDesk.erase(name),
    lead: t.platformDesk.eraseLead,
    button: t.platformDesk.proposeErase,
  }
  return graveForm(at, 'erase', subject, texts, failed)
}

function closeForm(at: At, { clientId, name }: Service, failed: Failed | null): VNode | null {
  const { t } = at.viewer
  const texts = {
    title: t.platformDesk.close(name),
    lead: t.platformDesk.closeLead,
    button: t.platformDesk.proposeClose,
  }
  return graveForm(at, 'close', clientId, texts, failed)
}

/** Whoever proposes it writes the name, and why. */
function graveForm(
  { viewer: { t }, clerk }: At,
  act: 'close' | 'erase',
  subject: string,
  { title, lead, button }: Readonly<Record<'title' | 'lead' | 'button', string>>,
  failed: Failed | null,
): VNode | null {
  if (!clerk.parts.includes('operator')) return null
  const mine = failed?.owner === subject && failed.act === act ? failed : null
  return details(
    { open: mine !== null },
    summary({}, title),
    notice('warning', lead, p({}, t.platformDesk.grave)),
    post(
      TENANTS,
      ...[hidden('act', act), hidden('subject', subject)],
      textField({
        ...{ name: 'name', id: `${act}-name-${subject}`, label: t.platformDesk.eraseName },
        ...errorOf(failed, subject, act, 'name'),
      }),
      textField({
        ...{ name: 'reason', id: `${act}-${subject}`, label: t.platform.measureReason, value: mine?.reason ?? '' },
        ...errorOf(failed, subject, act, 'reason'),
      }),
      submit(button, 'danger'),
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
    { open: failed?.owner === owner && !isGrave(failed.act) },
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
        : act('hold', reason('hold', t.platform.holdHint), submit(t.platform.hold(name), 'secondary')),
  )
}

const WITH_REASON = ['suspend', 'hold', 'close', 'erase']

export async function actOnTenant(at: At): Promise<Response> {
  const { c, world, viewer, clerk } = at
  const entered = await fields(c, 'act', 'tenant', 'service', 'subject', 'perMinute', 'reason', 'name')
  const { session } = clerk
  const [tenantId, clientId] = [entered.tenant, entered.service]
  const { subject } = entered
  const owner = subject || clientId || tenantId
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
    close: () => world.verifier.proposeAct({ session, act: 'close', subject, reason }),
    erase: () => world.verifier.proposeAct({ session, act: 'erase', subject, reason }),
  }
  const act = acts[entered.act]
  if (!act) return c.redirect(TENANTS, 303)
  if (
    entered.act === 'quota' &&
    !(/^\d{1,7}$/.test(number) && Number(number) <= 1_000_000) &&
    !(number === '' && clientId)
  )
    return wrong('perMinute', viewer.t.platform.numberNeeded)
  if (isGrave(entered.act) && entered.name.trim() !== (await namesOf(at)).get(subject))
    return wrong('name', viewer.t.platformDesk.eraseOther)
  const refused = await attempt(act)
  return refused ? tenantsPage(at, refused) : c.redirect(`${TENANTS}?done=${entered.act}`, 303)
}

const isGrave = (act: string): boolean => act === 'close' || act === 'erase'

/** Of tenants and services, by all the ids under which something is proposed. */
export async function namesOf({ world, clerk }: At): Promise<ReadonlyMap<string, string>> {
  const { tenants, own } = await world.verifier.runTenants({ session: clerk.session })
  const services = [...own, ...tenants.flatMap((one) => one.services)]
  return new Map([
    ...tenants.map(({ tenantId, name }) => [tenantId, name] as const),
    ...services.map(({ clientId, name }) => [clientId, name] as const),
    ...own.map(({ clientId, name }) => [ownTenant(clientId), name] as const),
  ])
}
