// `/counter/person/<id>/custody`: who stands for a child (親権・未成年後見), as the family register says. Somebody is found by name or
// date of birth, looked at, and recorded; what is recorded ends here too. Civil Code articles 818, 838.

import type { VNode } from 'preact'
import type { Counter } from '../../../roles/counter/contract.ts'
import type { RecordedCustody, Resident } from '../../../roles/resident-register/contract.ts'
import { CUSTODY_GROUNDS, CUSTODY_KINDS, type CustodyKind } from '../../../roles/resident-register/custody/model.ts'
import { buttonLink, choiceField, hidden, notice, panel, post, rows, selectField, submit } from '../components.ts'
import type { Wrong } from '../entered.ts'
import { attempt, type Trouble, troubleNotice } from '../refusal-notice.ts'
import { type Child, div, li, p, strong, ul } from '../tags.ts'
import type { Viewer } from '../viewer.ts'
import { type ClerkAt, counterPage } from './counter-page.ts'
import { facts, type Person, pathOf, personOf } from './counter-person.ts'
import { searched, searchFields } from './counter-search.ts'
import { type Entered, enteredIn, proofFields, withProof, wrongProof } from './counter-task.ts'

type Custody = Awaited<ReturnType<Counter['custody']>>
type Ground = NonNullable<RecordedCustody['ground']>

const TASK = '/custody'

export async function showCustody(at: ClerkAt): Promise<Response> {
  const person = await personOf(at)
  return person.custody.minor ? custodyPage(at, person) : at.c.redirect(pathOf(person), 303)
}

function custodyPage(
  at: ClerkAt,
  person: Person,
  trouble: Trouble | null = null,
  step: Child = null,
  wrong: Wrong = {},
): Response {
  const { viewer } = at
  const { t } = viewer
  const content = div(
    {},
    trouble ? troubleNotice(viewer, trouble) : null,
    at.c.req.query('done') ? notice('success', t.counter.done) : null,
    facts(viewer, person),
    step ?? [standingPanel(at, person), findPanel(at, person), recordsPanel(viewer, person.custody)],
    step
      ? buttonLink(pathOf(person, TASK), t.counter.back, 'secondary')
      : buttonLink(pathOf(person), t.counter.custodyBack, 'secondary'),
  )
  return counterPage(at, t.counter.custody, content, trouble, pathOf(person, TASK), { wrong })
}

const form = (person: Person, ...children: Child[]): VNode => post(pathOf(person, TASK), ...children)

function standingPanel({ viewer: { t } }: ClerkAt, person: Person): VNode {
  const open = person.custody.records.filter((one) => one.last && !one.ended && isOf(person, one))
  return panel(
    t.counter.custodyNow,
    open.length === 0 ? p({}, t.counter.custodyNobody) : null,
    ...open.map(({ parentId, parentName, kind, stands }) =>
      form(
        person,
        p({}, `${t.counter[kind]}: `, strong({}, parentName), stands ? null : ` ${t.counter.custodyNotCounting}`),
        hidden('parent', parentId),
        submit(t.counter.custodyEnd(parentName), 'secondary', 'step', 'end'),
      ),
    ),
  )
}

const isOf = ({ resident }: Person, { childId }: RecordedCustody): boolean => childId === resident.residentId

const findPanel = ({ viewer, viewer: { t } }: ClerkAt, person: Person): VNode =>
  panel(
    t.counter.custodyAdd,
    form(
      person,
      p({}, t.counter.custodyAddLead),
      ...searchFields(viewer),
      submit(t.counter.search, 'primary', 'step', 'find'),
    ),
  )

function recordsPanel({ t, format }: Viewer, { records }: Custody): VNode | null {
  if (records.length === 0) return null
  const said = ({ at, kind, parentName, ended, ground, by }: RecordedCustody) =>
    `${format.minute(at)} ${t.counter[kind]}: ${parentName} ${ended ? t.counter.custodyEnded : t.counter.custodyBegan}` +
    `${ground ? ` (${t.counter[`ground-${ground}`]})` : ''}${by ? ` ${by}` : ''}`
  return panel(t.counter.custodyRecords, ul({}, ...records.map((one) => li({}, said(one)))))
}

/** Each step posts what the one before it has found; the last two are looked at before they are done. */
export async function doCustody(at: ClerkAt): Promise<Response> {
  const person = await personOf(at)
  if (!person.custody.minor) return at.c.redirect(pathOf(person), 303)
  const entered = await enteredIn(at)
  if (entered.step === 'find') return found(at, person, entered)
  if (entered.step === 'choose' && !entered.parent) return found(at, person, entered, at.viewer.t.apply.chooseOne)
  const other = await otherResident(at, entered.parent)
  if (!other) return custodyPage(at, person)
  const { kind, ended } = wanted(person, entered)
  const entry: Entry = { at, person, other, kind, ended }
  return entered.step === 'choose' || entered.step === 'end' ? groundPage(entry) : recorded(entry, entered)
}

interface Entry {
  readonly at: ClerkAt
  readonly person: Person
  readonly other: Resident
  readonly kind: CustodyKind
  readonly ended: boolean
}

/** What ends, ends as what it began. */
function wanted(person: Person, { step, parent, kind, ended }: Entered): Pick<Entry, 'kind' | 'ended'> {
  const ends = step === 'end' || ended === 'yes'
  const open = person.custody.records.find((one) => one.last && !one.ended && one.parentId === parent)
  return { ended: ends, kind: (ends && open?.kind) || (CUSTODY_KINDS.find((one) => one === kind) ?? 'parent') }
}

async function otherResident({ world, session }: ClerkAt, residentId = ''): Promise<Resident | undefined> {
  let resident: Resident | undefined
  await attempt(async () => {
    resident = (await world.counter.person({ session, residentId })).resident
  })
  return resident
}

/** `unchosen`: of those that were found nobody was chosen. */
async function found(at: ClerkAt, person: Person, entered: Entered, unchosen?: string): Promise<Response> {
  const { trouble, list, wrong } = await searched(
    at,
    entered,
    (others) => chooseForm(at.viewer, person, others, entered),
    ({ residentId }) => residentId !== person.resident.residentId,
  )
  return custodyPage(at, person, trouble ?? unchosen ?? null, list, wrong ?? (unchosen ? { parent: unchosen } : {}))
}

/** Nobody is chosen beforehand, where there is a choice. */
const chooseForm = (
  { t, format }: Viewer,
  person: Person,
  others: readonly Resident[],
  { name = '', birthDate = '' }: Entered,
): VNode =>
  form(
    person,
    ...[hidden('name', name), hidden('birthDate', birthDate)],
    choiceField(
      'radio',
      'parent',
      t.counter.custodyWho,
      others.map(({ residentId, fourInfo: { name, birthDate, address } }) => ({
        ...{ value: residentId, text: `${name} ${format.date(birthDate)} ${address}`, checked: others.length === 1 },
      })),
    ),
    choiceField(
      'radio',
      'kind',
      t.counter.custodyAs,
      CUSTODY_KINDS.map((kind) => ({ value: kind, text: t.counter[kind], checked: kind === 'parent' })),
    ),
    submit(t.counter.custodyChoose, 'primary', 'step', 'choose'),
  )

function groundPage({ at, person, other, kind, ended }: Entry, trouble: Trouble | null = null): Response {
  const { t } = at.viewer
  const grounds: readonly Ground[] = CUSTODY_GROUNDS[ended ? 'end' : 'begin'][kind]
  const step = panel(
    ended ? t.counter.custodyEnd(other.fourInfo.name) : t.counter.custodyAdd,
    rows(
      [t.counter[kind], other.fourInfo.name],
      [t.counter.birthDate, at.viewer.format.date(other.fourInfo.birthDate)],
      [t.counter.address, other.fourInfo.address],
    ),
    notice(ended ? 'warning' : 'info', ended ? t.counter.custodyEndText : t.counter.custodyBeginText),
    form(
      person,
      ...[hidden('parent', other.residentId), hidden('kind', kind), hidden('ended', ended ? 'yes' : 'no')],
      selectField(
        { name: 'ground', label: t.counter.custodyGround, hint: t.counter.custodyGroundHint },
        grounds.map((one) => [one, t.counter[`ground-${one}`]]),
      ),
      ...proofFields(at.viewer),
      submit(ended ? t.counter.custodyEndDo : t.counter.custodyBeginDo, ended ? 'danger' : 'primary', 'step', 'record'),
    ),
  )
  return custodyPage(at, person, trouble, step, wrongProof(at.viewer, trouble))
}

async function recorded(entry: Entry, entered: Entered): Promise<Response> {
  const { at, person, other, kind, ended } = entry
  const grounds: readonly Ground[] = CUSTODY_GROUNDS[ended ? 'end' : 'begin'][kind]
  const ground = grounds.find((one) => one === entered.ground)
  if (!ground) return groundPage(entry, at.viewer.t.counter.shape)
  const custody = { childId: person.resident.residentId, parentId: other.residentId, kind, ended, ground }
  const act = withProof(
    at,
    entered,
    (proof) => () => at.world.counter.recordCustody({ session: at.session, proof, ...custody }),
  )
  if (typeof act === 'string') return groundPage(entry, act)
  const refused = await attempt(act)
  return refused ? groundPage(entry, refused) : at.c.redirect(pathOf(person, `${TASK}?done=yes`), 303)
}
