// The operators' view: everything from the database and the register, nothing remembered here.

import type { Authority } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { KINDS } from '../generations.ts'
import { CRL_LIFE_MS } from '../model.ts'
import { no } from '../refusals.ts'
import { alarmsOf } from './model.ts'

const DAYS_SHOWN = 14
const DAY_MS = 24 * 3600_000
const COUNTED = 100

export const overview =
  (deps: Deps): Authority['overview'] =>
  async () => {
    const { store, clock } = deps
    const at = clock()
    const numbers = store.overview
    const head = await store.log.head()
    const found = {
      at,
      certificates: await numbers.certificates(),
      days: await daysOf(deps, new Date(at.getTime() - DAYS_SHOWN * DAY_MS)),
      pendingSince: await numbers.pendingSince(),
      answers: await numbers.answers(at),
      lists: await numbers.lists(new Date(at.getTime() - CRL_LIFE_MS)),
      filters: await numbers.filters(),
      register: await registerOf(deps),
      log: { entries: await store.log.size(), head: head?.size ?? 0, headAt: head?.at ?? null },
      generations: generationsOf(deps),
    }
    return { ...found, alarms: alarmsOf(found) }
  }

async function daysOf({ store }: Deps, since: Date) {
  const days = new Map<string, Awaited<ReturnType<Authority['overview']>>['days'][number]>()
  const counts = { issued: await store.overview.issued(since), stopped: await store.overview.stopped(since) }
  for (const what of ['issued', 'stopped'] as const)
    for (const { day, kind, medium, count } of counts[what]) {
      const key = `${day} ${kind} ${medium}`
      days.set(key, { day, kind, medium, issued: 0, stopped: 0, ...days.get(key), [what]: count })
    }
  return [...days].toSorted(([a], [b]) => (a < b ? 1 : -1)).map(([, day]) => day)
}

/** `waiting` is null when the register is not reached. */
async function registerOf({ store, register, log }: Deps) {
  const sequence = await store.cursor()
  try {
    const { changes } = await register.changesSince({ sequence, limit: COUNTED })
    return { sequence, waiting: changes.length }
  } catch (error) {
    log('authority.register-away', { reason: (error as Error).name })
    return { sequence, waiting: null }
  }
}

const generationsOf = ({ generations }: Deps) =>
  KINDS.flatMap((kind) =>
    generations.all(kind).map(({ generation, certificate }) => ({
      kind,
      generation,
      notAfter: certificate.validity.notAfter,
      issues: generation === generations.current(kind).generation,
    })),
  )

export const phones =
  ({ store }: Deps): Authority['phones'] =>
  async ({ after, limit }) => ({
    certificates: (await store.overview.phones(after, limit)).map((row) => ({
      serial: row.serial,
      status: row.status === 'onHold' ? 'onHold' : 'valid',
      cardAuthSerial: row.card_auth_serial,
      municipalityCode: row.municipality_code!,
      givingWay: row.giving_way,
      notAfter: row.not_after,
    })),
  })

export const life =
  ({ store }: Deps): Authority['life'] =>
  async ({ kind, serial }) => {
    const row = await store.find(kind, serial)
    if (!row) throw no.unknownCertificate()
    const changes = await store.overview.changesOf(kind, serial)
    const serials = (await store.inPlace(kind, row.medium, row.resident_id!)).map((one) => one.serial)
    return {
      medium: row.medium === 'phone' ? 'phone' : 'card',
      generation: row.generation,
      notBefore: row.not_before,
      notAfter: row.not_after,
      status: row.status,
      changes,
      serials,
      position: serials.indexOf(serial),
    }
  }
