// What can go wrong, where: calls between roles, queries, C-APDUs, writes of a card. Which of it does is drawn (draw.ts).

import { AsyncLocalStorage } from 'node:async_hooks'
import type { Chance } from '../chance.ts'
import { cut } from './database.ts'
import type { Draw } from './draw.ts'
import { caller, forever, Injected, type Life, type Party, stage, unlessItDies, within } from './process.ts'

/** Of a thousand first passings of a point. */
const OFTEN = { call: 14, query: 6, command: 4, write: 4 }
/** Of two faults at the same moment, one in so many. */
const TWO_AT_ONCE = 8
/** Who is dead is called so often before somebody starts it again. */
const PATIENCE = 4
/** A message that is late comes before one of the next calls. */
const LATE = 12
const MINUTE = 60_000

const CALL = ['not sent', 'answer lost', 'twice', 'again later', 'held back', 'clock wrong'] as const
const QUERY = ['cut before', 'cut after', 'killed before', 'killed after', 'database restarted'] as const

export interface Fault {
  /** What the counts call it. */
  readonly kind: string
  readonly where: string
}

/** What a directed case is about: at the first passings of a point, a call or a C-APDU, and nothing else. */
export interface Aim {
  /** As the points are told: step, caller → callee.method; or step, before or after, command, INS in hex. */
  readonly where: string
  /** The caller dies after the answer unless it dies first, the callee before it hears. */
  readonly what: 'not sent' | 'answer lost' | 'caller dies first' | 'caller dies' | 'callee dies' | 'SIM pulled'
  /** Passings that go well before: 0 if absent. */
  readonly after?: number
  /** 1 if absent. */
  readonly times?: number
}

type Work = () => Promise<unknown>
type Death = { readonly life: Life; readonly when: 'before' | 'after' }

export class Faults {
  readonly #draw: Draw
  readonly #mortal: Party<object>[] = []
  readonly #skews = new Map<string, number>()
  readonly #refused = new Map<string, number>()
  readonly #underWay = new Set<Promise<unknown>>()
  #late: { left: number; readonly send: Work }[] = []
  readonly #aims: { where: string; what: Aim['what']; after: number; left: number }[]
  readonly noted: Fault[] = []
  restarts = 0

  constructor(draw: Draw, aims: readonly Aim[] = []) {
    this.#draw = draw
    this.#aims = aims.map(({ where, what, after = 0, times = 1 }) => ({ where, what, after, left: times }))
  }

  mortal(party: Party<object>): void {
    this.#mortal.push(party)
  }

  /** How far the clock of this party is off, in milliseconds. */
  skew(party: string): number {
    return this.#skews.get(party) ?? 0
  }

  /** Goes on until nothing is under way, starts who is dead, and lets every late message arrive. */
  async settle(idle: () => Promise<unknown>): Promise<void> {
    for (;;) {
      await Promise.all([...this.#underWay].map((one) => one.catch(() => undefined)))
      for (const party of this.#mortal) await party.revive()
      await idle()
      const late = this.#late
      this.#late = []
      for (const { send } of late) await send().catch(() => undefined)
      if (late.length === 0 && this.#underWay.size === 0 && this.#mortal.every(({ life }) => !life.dead)) return
    }
  }

  clocksRight(): void {
    this.#skews.clear()
  }

  /** A call to a party, or by its name to one that never dies. */
  async call(to: Party<object> | string, method: string, work: Work): Promise<unknown> {
    const by = caller()
    if (by?.dead) return forever
    this.#hasten()
    const arrive = () => this.#arrive(to, work)
    const where = `${stage()} ${by?.party ?? 'person'}→${typeof to === 'string' ? to : to.name}.${method}`
    const aimed = this.#aimed(where)
    if (aimed) return this.#befall(this.#hit(aimed, to), this.#draw.chance(where), where, arrive)
    const chance = this.#draw.at(where, OFTEN.call)
    const answer = await (chance ? this.#faultyCall(chance, where, to, arrive) : arrive())
    return by?.dead ? forever : answer
  }

  #aimed(where: string): Aim['what'] | undefined {
    const aim = this.#aims.find((one) => one.left > 0 && one.where === where)
    if (!aim || aim.after-- > 0) return undefined
    aim.left -= 1
    return aim.what
  }

  #hit(what: Aim['what'], to: Party<object> | string): Death | (typeof CALL)[number] {
    const life = what.startsWith('caller') ? caller() : typeof to === 'object' ? to.life : undefined
    if (what === 'not sent' || what === 'answer lost') return what
    if (!life) throw new Error(`nobody there for "${what}"`)
    return { life, when: what === 'caller dies' ? 'after' : 'before' }
  }

  async query(life: Life, name: string, send: Work): Promise<unknown> {
    const where = `${stage()} ${life.party} ${name}`
    const chance = this.#draw.at(where, OFTEN.query)
    if (!chance) return send()
    const kind = chance.oneOf(QUERY)
    this.#note(kind.startsWith('killed') ? `killed ${life.party}` : kind, where)
    if (kind.endsWith('after')) await send()
    if (kind === 'database restarted') this.restarts += 1
    if (!kind.startsWith('killed')) return cut()
    life.kill()
    return forever
  }

  async pulled(life: Life, when: 'before' | 'after', ins: number): Promise<boolean> {
    const where = `${stage()} ${when} command ${ins.toString(16)}`
    if (this.#aimed(where)) {
      this.#note('SIM pulled', where)
      return true
    }
    const chance = this.#draw.at(where, OFTEN.command)
    if (!chance) return false
    if (chance.below(3) > 0) {
      this.#note('SIM pulled', where)
      return true
    }
    this.#kill(life, where)
    return forever
  }

  powerLost(): 'before' | 'after' | undefined {
    const where = `${stage()} card write`
    const chance = this.#draw.at(where, OFTEN.write)
    if (!chance) return undefined
    this.#note('power lost in the SIM', where)
    return chance.oneOf(['before', 'after'])
  }

  #note(kind: string, where: string): void {
    this.noted.push({ kind, where })
  }

  #kill(life: Life, where: string): void {
    if (life.dead) return
    this.#note(`killed ${life.party}`, where)
    life.kill()
  }

  #later(chance: Chance, arrive: Work): void {
    const inContext = AsyncLocalStorage.snapshot()
    this.#late.push({ left: 1 + chance.below(LATE), send: () => inContext(arrive) })
  }

  #hasten(): void {
    for (const one of this.#late) one.left -= 1
    const due = this.#late.filter(({ left }) => left <= 0)
    this.#late = this.#late.filter(({ left }) => left > 0)
    for (const { send } of due) void send().catch(() => undefined)
  }

  async #arrive(to: Party<object> | string, work: Work): Promise<unknown> {
    const arriving = typeof to === 'string' ? within(undefined, work) : this.#arriveAt(to, work)
    this.#underWay.add(arriving)
    return arriving.finally(() => this.#underWay.delete(arriving))
  }

  async #arriveAt(to: Party<object>, work: Work): Promise<unknown> {
    if (to.life.dead) {
      const refused = (this.#refused.get(to.name) ?? 0) + 1
      this.#refused.set(to.name, refused)
      if (refused % PATIENCE !== 0) throw new Injected(`${to.name} is not there`)
      await to.revive()
    }
    await to.beginning
    return unlessItDies(to.life, within(to.life, work))
  }

  async #faultyCall(chance: Chance, where: string, to: Party<object> | string, arrive: Work): Promise<unknown> {
    const by = caller()
    const callee = typeof to === 'string' ? undefined : to
    const mayDie = [...(by ? [by] : []), ...(callee ? [callee.life] : [])]
    const deaths = mayDie.flatMap((life) => (['before', 'after'] as const).map((when) => ({ life, when })))
    const what = chance.oneOf<(typeof CALL)[number] | Death>([...CALL, ...deaths] as never)
    if (chance.below(TWO_AT_ONCE) === 0) {
      const { life } = chance.oneOf(this.#mortal as [Party<object>, ...Party<object>[]])
      this.#kill(life, `${where}, at once`)
      if (by?.dead) return forever
    }
    return this.#befall(what, chance, where, arrive)
  }

  async #befall(what: Death | (typeof CALL)[number], chance: Chance, where: string, arrive: Work): Promise<unknown> {
    const by = caller()
    if (typeof what === 'object') {
      if (what.when === 'after') await arrive().catch(() => undefined)
      this.#kill(what.life, where)
      if (by?.dead) return forever
      throw new Injected(`${what.life.party} has died`)
    }
    this.#note(what, where)
    return this.#onTheWay(what, chance, arrive)
  }

  async #onTheWay(kind: (typeof CALL)[number], chance: Chance, arrive: Work): Promise<unknown> {
    switch (kind) {
      case 'not sent':
        throw new Injected(kind)
      case 'answer lost':
        await arrive().catch(() => undefined)
        throw new Injected(kind)
      case 'held back':
        this.#later(chance, arrive)
        throw new Injected(kind)
      case 'again later':
        this.#later(chance, arrive)
        return arrive()
      case 'clock wrong': {
        const { name } = chance.oneOf(this.#mortal as [Party<object>, ...Party<object>[]])
        this.#skews.set(name, (chance.below(7) - 3) * (chance.below(4) === 0 ? 24 * 60 : 20) * MINUTE)
        return arrive()
      }
      case 'twice': {
        const first = arrive()
        if (chance.below(2) === 0) await first.catch(() => undefined)
        const both = [first, arrive()]
        await Promise.allSettled(both)
        return both[chance.below(2)]!
      }
    }
  }
}
