// A tap at the gate, without network: the dialogue, the checks, and the ticket is used up. Seed 3 (2) 別紙.

import { joined, judge, type Verdict } from '../../base/verdict.ts'
import type { Admission, Terminal } from './contract.ts'
import type { TerminalDeps } from './deps.ts'
import { meet } from './encounter.ts'
import { FILTER_CHECK, type LoadedList, TAP_CHECKS, TICKET_CHECK, type TicketUse } from './model.ts'
import { prepared } from './prepare.ts'
import type { PresentFilter } from './present-filter.ts'
import type { PresentList } from './present-list.ts'

export const admit =
  (deps: TerminalDeps, present: PresentList, presentFilter: PresentFilter): Terminal['admit'] =>
  async ({ reader }) => {
    const terminal = await prepared(deps)
    const encounter = await meet(deps, reader, terminal)
    const { apdus, bytesOnAir, milliseconds } = encounter
    const at = deps.clock()
    const list = await present()
    const entry = encounter.answer && list?.entries.get(encounter.answer.serial)
    const filter = await presentFilter()
    const isFiltered =
      filter !== undefined || deps.requiresFilter === true || (await deps.store.filter())?.filter != null
    const checks = isFiltered ? [...TAP_CHECKS, FILTER_CHECK] : TAP_CHECKS
    const tap = judge(checks, { now: at, encounter, list, entry, filter })
    const use = list && entry ? await useTicket(deps, list, entry.ticket, tap, at) : 'unknown'
    const verdict = joined(tap, judge([TICKET_CHECK], use))
    const admission = {
      admitted: verdict.outcome === 'passed',
      // Who has not proven the key is not told whose ticket it would have been.
      ticket: entry && tap.outcome === 'passed' ? entry.ticket : null,
      verdict,
      at,
      apdus,
      bytesOnAir,
      milliseconds,
    }
    await record(deps, list, admission)
    return admission
  }

/** Only a tap that has passed everything else uses the ticket up. */
async function useTicket(
  { store }: TerminalDeps,
  { title }: LoadedList,
  ticket: string,
  tap: Verdict,
  at: Date,
): Promise<TicketUse> {
  const first =
    tap.outcome === 'passed' ? await store.claim(title, ticket, at) : !(await store.isAdmitted(title, ticket))
  return first ? 'first' : 'again'
}

const record = ({ store }: TerminalDeps, list: LoadedList | undefined, admission: Admission) =>
  store.record({
    at: admission.at,
    admitted: admission.admitted,
    title: list?.title ?? null,
    ticket: admission.ticket,
    verdict: admission.verdict,
    apdus: admission.apdus,
    bytes_on_air: admission.bytesOnAir,
    milliseconds: admission.milliseconds,
  })
