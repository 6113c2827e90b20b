// What one process of the mass enrolment runs: authority, verifier, carrier and SP-TSM beside those of the other processes on
// the same schemas and keys. Its jobs are its own, because the SIMs that it drives are in its memory.

import { AsyncLocalStorage } from 'node:async_hooks'
import { adminGate } from '../../../src/adapters/admin-server.ts'
import { systemClock } from '../../../src/adapters/clock.ts'
import { type Database, openDatabase } from '../../../src/adapters/database/database.ts'
import { startJobs } from '../../../src/adapters/jobs/jobs.ts'
import { fileKeyStore } from '../../../src/adapters/keys/index.ts'
import { volatileMemory } from '../../../src/adapters/memory/index.ts'
import { systemEntropy } from '../../../src/adapters/random.ts'
import type { Jobs } from '../../../src/base/ports.ts'
import type { Phone } from '../../../src/roles/phone/contract.ts'
import { phoneMigrations, phoneStore } from '../../../src/roles/phone/index.ts'
import { createVerifier, verifierMigrations, verifierStore } from '../../../src/roles/verifier/index.ts'
import type { Platform } from '../../../src/world/platform.ts'
import * as build from '../../../src/world/roles.ts'

export interface SiteOptions {
  readonly url: string
  /** Of all schemas of this run. */
  readonly prefix: string
  readonly keyFolder: string
  /** Of this process; the jobs are in a schema of this number. */
  readonly worker: number
}

/** One enrolment under way: when what happened, in milliseconds; `written` when the saga has done its part. */
export interface Course {
  readonly at: Map<string, number>
  readonly written: () => void
  readonly failed: (why: Error) => void
}

export type Site = Awaited<ReturnType<typeof openSite>>

export async function openSite({ url, prefix, keyFolder, worker }: SiteOptions) {
  const database = (await openDatabase({ url })).withPrefix(prefix)
  const running = await startJobs(database.withPrefix(`w${worker}`), { alone: true })
  const courses = new AsyncLocalStorage<Course>()
  const platform = platformOf(database, { ...running, ...following(running, courses) }, keyFolder)
  const phones = new Map<string, Phone>()
  const register = await build.buildResidentRegister(platform)
  const authority = await build.buildAuthority(platform, register)
  const store = verifierStore(await database.schema('verifier', verifierMigrations))
  const verifier = await createVerifier({ ...platform, store, authority })
  const proxyOf = async (iccid: string) => phones.get(iccid)!
  const minato = await build.buildCarrier(platform, 'minato', {
    proxyOf,
    spTsm: () => spTsm,
    donor: () => undefined,
  })
  const outbox = await build.buildOutbox(platform)
  const peers = { authority, verifier, carriers: { minato }, deliveries: outbox }
  const spTsm = await build.buildSpTsm(platform, peers, (point) => noted(courses.getStore(), point))
  const kept = phoneStore(await database.schema('phone', phoneMigrations))
  await spTsm.recover()
  await minato.recover()
  return {
    ...{ platform, register, authority, verifier, minato, spTsm, outbox, phones, courses, phoneStore: kept },
    close: async () => {
      await platform.close()
      await database.close()
    },
  }
}

function noted(course: Course | undefined, point: string): void {
  course?.at.set(point, performance.now())
  if (point === 'after write') course?.written()
  if (point === 'before revoke' || point === 'before terminate') course?.failed(new Error(`bench: ${point}`))
}

/** A job goes on in the course of the enrolment that sent it. */
function following(jobs: Jobs, courses: AsyncLocalStorage<Course>): Jobs {
  const sent = new Map<string, Course>()
  return {
    send: async (queue, data) => {
      const course = courses.getStore()
      if (course && data.orderId) sent.set(String(data.orderId), course)
      await jobs.send(queue, data)
    },
    work: (queue, handler) =>
      jobs.work(queue, (data) => {
        const course = sent.get(String(data.orderId))
        sent.delete(String(data.orderId))
        return course ? courses.run(course, () => handler(data)) : handler(data)
      }),
  }
}

function platformOf(database: Database, jobs: Platform['jobs'], keyFolder: string): Platform {
  const gate = adminGate()
  return {
    database,
    jobs,
    gate,
    keys: fileKeyStore(keyFolder),
    clock: systemClock,
    entropy: systemEntropy,
    publish: async () => undefined,
    log: (event, fields) => {
      if (event.endsWith('failed')) process.stderr.write(`\n${event} ${JSON.stringify(fields)}\n`)
    },
    memory: volatileMemory,
    close: async () => {
      await gate.close()
      await jobs.stop()
    },
  }
}
