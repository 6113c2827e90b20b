// The rules that an access rule application keeps, one record each, and the tag that changes with every change.

import { type Bytes, equal, hex, u16 } from '../../../base/bytes.ts'
import type { Entropy } from '../../../base/ports.ts'
import {
  decodeRules,
  encodeReference,
  encodeRule,
  type ReferencedRule,
  type RuleReference,
} from '../../../codec/access-rules.ts'
import type { Deletion } from '../../../codec/access-rules-commands.ts'
import { SW } from '../../../codec/sw.ts'
import type { RecordStore } from '../records.ts'
import { StatusError } from '../status-error.ts'

const RULES_MAX = 256
const TAG_LENGTH = 8

const sameReference = (a: RuleReference, b: RuleReference): boolean => equal(encodeReference(a), encodeReference(b))
const sameRule = (a: ReferencedRule, b: ReferencedRule): boolean => equal(encodeRule(a), encodeRule(b))
const sameApplication = (a: RuleReference['application'], b: RuleReference['application']): boolean =>
  typeof a === 'object' && typeof b === 'object' ? equal(a, b) : a === b

/** Under one reference NEVER and a grant cannot both be meant. Ours: docs/profile.md#access-rules. */
const contradict = (a: ReferencedRule, b: ReferencedRule): boolean =>
  differ(a.rule.nfc, b.rule.nfc) || differ(worded(a.rule.apdu), worded(b.rule.apdu))
const differ = (a: string | undefined, b: string | undefined): boolean => a !== undefined && b !== undefined && a !== b
const worded = (apdu: ReferencedRule['rule']['apdu']) => (typeof apdu === 'object' ? 'always' : apdu)

const recordName = (number: number): string => `rule/${hex(u16(number))}`

/** The first rules of a new card. */
export const writeRules = (records: RecordStore, rules: readonly ReferencedRule[]): void =>
  rules.forEach((rule, i) => {
    records.set(recordName(i), encodeRule(rule))
  })

export class RuleStore {
  readonly #records: RecordStore
  readonly #entropy: Entropy

  constructor(records: RecordStore, entropy: Entropy) {
    this.#records = records
    this.#entropy = entropy
  }

  /** In the order in which they came. */
  all(): ReferencedRule[] {
    return this.#names().flatMap((name) => decodeRules(this.#records.get(name)!))
  }

  of(reference: RuleReference): ReferencedRule[] {
    return this.all().filter((rule) => sameReference(rule.reference, reference))
  }

  /** A card that was never written to has the tag of zeros. */
  refreshTag(): Bytes {
    return this.#records.get('tag') ?? new Uint8Array(TAG_LENGTH)
  }

  /** What is sent as a new tag does not count: nobody can bring an old one back. Observed: aram-applet. */
  refresh(): void {
    this.#records.set('tag', this.#entropy(TAG_LENGTH))
  }

  store(rule: ReferencedRule): void {
    const beside = this.of(rule.reference)
    if (beside.some((other) => sameRule(other, rule))) throw new StatusError(SW.RULE_EXISTS)
    if (beside.some((other) => contradict(other, rule))) throw new StatusError(SW.CONFLICT)
    const names = this.#names()
    if (names.length >= RULES_MAX) throw new StatusError(SW.NO_SPACE)
    const last = names.at(-1)
    const next = last === undefined ? 0 : Number.parseInt(last.slice('rule/'.length), 16) + 1
    this.#records.set(recordName(next), encodeRule(rule))
    this.refresh()
  }

  delete(what: Deletion): void {
    const gone = this.#names().filter((name) => selects(what, decodeRules(this.#records.get(name)!)[0]!))
    if (gone.length === 0 && !('all' in what)) throw new StatusError(SW.RULE_UNKNOWN)
    for (const name of gone) this.#records.delete(name)
    this.refresh()
  }

  #names(): string[] {
    return this.#records.names('rule/')
  }
}

function selects(what: Deletion, rule: ReferencedRule): boolean {
  if ('all' in what) return true
  if ('rule' in what) return sameRule(what.rule, rule)
  if ('reference' in what) return sameReference(what.reference, rule.reference)
  return sameApplication(what.application, rule.reference.application)
}
