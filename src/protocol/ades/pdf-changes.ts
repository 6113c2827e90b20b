// What was changed in a PDF after a revision that somebody signed: both are walked side by side from the catalog down.
// ISO 32000-1 §12.8.2.2; ETSI EN 319 142-1 §5.5. Only what extends the life of signatures is allowed: validation data,
// time stamps and further signatures that cannot be seen. ours: docs/profile.md#signatures.

import { equal } from '../../base/bytes.ts'
import { CodecError } from '../../codec/codec-error.ts'
import type { PdfDocument } from '../../codec/pdf/document.ts'
import { isKind, isList, isNamed, type PdfReference, type PdfValue } from '../../codec/pdf/values.ts'

const MAX_STEPS = 2_000_000
const MAX_CHANGES = 16

interface Walk {
  readonly before: PdfDocument
  readonly after: PdfDocument
  /** Pairs of objects that were compared, or are being. */
  readonly seen: Set<string>
  readonly changes: string[]
  /** Pairs of objects that were met and wait: a chain of them may be longer than the stack is deep. */
  readonly waiting: (() => void)[]
  steps: number
}

/** Places and what is wrong there; none when nothing was done that is not allowed. Throws `CodecError`. */
export function changesSince(before: PdfDocument, after: PdfDocument): readonly string[] {
  const walk: Walk = { before, after, seen: new Set(), changes: [], waiting: [], steps: 0 }
  const last = before.sections[0]!.offset
  const newer = after.sections.findIndex(({ offset }) => offset === last)
  if (newer < 0 || after.sections.slice(0, newer).some(({ offset }) => offset < before.bytes.length))
    return ['the cross-references do not go on from what was signed']
  if (before.root.number !== after.root.number || before.root.generation !== after.root.generation)
    return ['another catalog']
  walk.seen.add(pairOf(before.root, after.root))
  compareEntries(walk, before.catalog, after.catalog, '/Root', CATALOG)
  for (let next = walk.waiting.pop(); next; next = walk.waiting.pop()) next()
  return walk.changes
}

type Rule = (walk: Walk, before: PdfValue, after: PdfValue, place: string) => void

const anything: Rule = () => {}

/** ETSI EN 319 142-1 §5.4.2: DSS; ISO 32000-1 §7.12: Extensions; §14.3: Metadata is not shown. */
const CATALOG: Readonly<Record<string, Rule>> = {
  DSS: anything,
  Extensions: anything,
  Metadata: anything,
  AcroForm: (walk, before, after, place) =>
    before === null ? newForm(walk, after) : compareEntries(walk, before, after, place, FORM),
}
const FORM: Readonly<Record<string, Rule>> = { Fields: moreFields, SigFlags: anything }
const PAGE: Readonly<Record<string, Rule>> = { Annots: moreFields }

/** ISO 32000-1 §12.7.2: a form that was not there has nothing but new signature fields. */
function newForm(walk: Walk, form: PdfValue): void {
  const resolved = walk.after.resolve(form)
  if (!isKind(resolved, 'dictionary')) {
    note(walk, '/Root/AcroForm', 'no form')
    return
  }
  for (const key of resolved.entries.keys())
    if (key !== 'Fields' && key !== 'SigFlags') note(walk, `/Root/AcroForm/${key}`, 'added')
  moreFields(walk, [], resolved.entries.get('Fields') ?? null, '/Root/AcroForm/Fields')
}

/** What was there, in its order, then signature fields that are new and cannot be seen. */
function moreFields(walk: Walk, before: PdfValue, after: PdfValue, place: string): void {
  const [old, now] = [walk.before.resolve(before) ?? [], walk.after.resolve(after) ?? []]
  if (!isList(old) || !isList(now) || now.length < old.length) {
    note(walk, place, 'changed')
    return
  }
  for (const [i, one] of old.entries()) compare(walk, one, now[i] ?? null, `${place}/${i}`)
  for (const added of now.slice(old.length)) {
    const reason = whyNotInvisible(walk, added)
    if (reason) note(walk, place, reason)
  }
}

/** A widget that is seen could cover what was signed. */
function whyNotInvisible({ before, after }: Walk, added: PdfValue): string | undefined {
  if (!isKind(added, 'reference')) return 'added'
  if (before.resolve(added) !== null) return 'an object of the signed revision came into use'
  const isSignature = isNamed(after.get(added, 'FT'), 'Sig') && after.get(added, 'Kids') === null
  if (!isSignature) return 'something else than a signature was added'
  const rectangle = after.get(added, 'Rect')
  const [x0, y0, x1, y1] = isList(rectangle) ? rectangle.map((one) => after.resolve(one)) : []
  const isFlat = isList(rectangle) && rectangle.length === 4 && (x0 === x1 || y0 === y1)
  const more = ['A', 'AA', 'Parent', 'OC', 'BS', 'Border'].find((key) => after.get(added, key) !== null)
  if (more) return `a signature field with ${more} was added`
  // A line, a link or a border may be drawn outside of Rect. ISO 32000-1 §12.5.4, §12.5.6.7, Table 189.
  const [subtype, look] = [after.get(added, 'Subtype'), after.get(added, 'MK')]
  const isPlain = look === null || (isKind(look, 'dictionary') && look.entries.size === 0)
  if (!isPlain || !(subtype === null || isNamed(subtype, 'Widget'))) return 'a signature that can be seen was added'
  return isFlat || (rectangle === null && after.get(added, 'AP') === null)
    ? undefined
    : 'a signature that can be seen was added'
}

function note({ changes }: Walk, place: string, what: string): void {
  if (changes.length < MAX_CHANGES) changes.push(`${place}: ${what}`)
}

const pairOf = (a: PdfReference, b: PdfReference): string => `${a.number} ${a.generation} ${b.number} ${b.generation}`

function compareEntries(
  walk: Walk,
  before: PdfValue,
  after: PdfValue,
  place: string,
  rules: Readonly<Record<string, Rule>> = {},
): void {
  const [old, now] = [walk.before.resolve(before), walk.after.resolve(after)]
  const isPair =
    (isKind(old, 'dictionary') && isKind(now, 'dictionary')) || (isKind(old, 'stream') && isKind(now, 'stream'))
  if (!isPair) {
    note(walk, place, 'changed')
    return
  }
  for (const key of new Set([...old.entries.keys(), ...now.entries.keys()])) {
    const [one, other] = [old.entries.get(key) ?? null, now.entries.get(key) ?? null]
    const rule = Object.hasOwn(rules, key) ? rules[key]! : compare
    rule(walk, one, other, `${place}/${key}`)
  }
}

const compare: Rule = (walk, before, after, place) => {
  if (walk.steps++ > MAX_STEPS) throw new CodecError('pdf-too-large', 'a PDF of too many objects to compare')
  if (walk.changes.length >= MAX_CHANGES) return
  if (isKind(before, 'reference') && isKind(after, 'reference')) {
    const pair = pairOf(before, after)
    if (walk.seen.has(pair)) return
    walk.seen.add(pair)
    walk.waiting.push(() => compareValues(walk, before, after, place))
  } else compareValues(walk, before, after, place)
}

const compareValues: Rule = (walk, before, after, place) => {
  const [old, now] = [walk.before.resolve(before), walk.after.resolve(after)]
  if (isList(old) && isList(now)) {
    if (old.length !== now.length) {
      note(walk, place, 'changed')
      return
    }
    for (const [i, one] of old.entries()) compare(walk, one, now[i]!, `${place}/${i}`)
    return
  }
  if (isKind(old, 'string') && isKind(now, 'string')) {
    if (!equal(old.bytes, now.bytes)) note(walk, place, 'changed')
    return
  }
  if (isKind(old, 'name') && isKind(now, 'name')) {
    if (old.name !== now.name) note(walk, place, 'changed')
    return
  }
  if (isKind(old, 'stream') && isKind(now, 'stream') && !equal(old.raw, now.raw)) {
    note(walk, place, 'changed')
    return
  }
  if (isKind(old, 'dictionary') || isKind(old, 'stream')) {
    const isPage = isKind(old, 'dictionary') && isNamed(walk.before.resolve(old.entries.get('Type')), 'Page')
    compareEntries(walk, before, after, place, isPage ? PAGE : {})
    return
  }
  if (old !== now) note(walk, place, 'changed')
}
