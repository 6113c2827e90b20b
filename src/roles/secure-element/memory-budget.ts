// The card's memory: what is used, reserved and left, and that no command takes more. GPC v2.3.1 §9.7.
// What counts as used is ours: docs/profile.md#card-management.

import { hex } from '../../base/bytes.ts'
import { SW } from '../../codec/sw.ts'
import { memoryOf, SYSTEM } from '../../protocol/globalplatform/parameter-objects.ts'
import type { MemorySize } from './card-profile.ts'
import type { Records } from './records.ts'
import { type Application, isSecurityDomain, type Registry } from './registry.ts'
import { StatusError } from './status-error.ts'

/** What an instance takes of the volatile memory: session keys and buffers. */
const INSTANCE = { domain: 256, application: 128 } as const
/** Records of an application or domain, without counters: a full card still opens sessions. The AID follows in the name. */
const OWNED = ['applet', 'key', 'curve', 'object'] as const

export class MemoryBudget {
  readonly #records: Records
  readonly #registry: Registry
  readonly #size: MemorySize

  constructor(records: Records, registry: Registry, size: MemorySize) {
    this.#records = records
    this.#registry = registry
    this.#size = size
  }

  /** What is left for others than those who have reserved it; below zero when a command took too much. */
  get free(): MemorySize {
    const applications = this.#registry.applications()
    const files = this.#registry.loadFiles().reduce((sum, { size = 0 }) => sum + size, 0)
    const charged = applications.map((app) => this.#charged(app))
    const total = (kind: keyof MemorySize) => charged.reduce((sum, charge) => sum + charge[kind], 0)
    const { nonVolatile, volatile } = this.#size
    return { nonVolatile: nonVolatile - files - total('nonVolatile'), volatile: volatile - total('volatile') }
  }

  /** At the end of each command: 6A84 when its writes exceed a quota or the memory. */
  check(): void {
    if (this.#records.growth <= 0) return
    const { nonVolatile, volatile } = this.free
    const exceeded = nonVolatile < 0 || volatile < 0 || this.#registry.applications().some((app) => this.#exceeds(app))
    if (exceeded) throw new StatusError(SW.NO_SPACE)
  }

  /** A load file that says what it needs, or of which so much has arrived. */
  need({ nonVolatile = 0, volatile = 0 }: Partial<MemorySize>): void {
    const free = this.free
    if (nonVolatile > free.nonVolatile || volatile > free.volatile) throw new StatusError(SW.NO_SPACE)
  }

  #used({ aid, ...app }: Application): MemorySize {
    const names = OWNED.flatMap((kind) => this.#records.names(`${kind}/${hex(aid)}/`))
    const nonVolatile = names.reduce((sum, name) => sum + (this.#records.get(name)?.length ?? 0), 0)
    return { nonVolatile, volatile: INSTANCE[isSecurityDomain({ aid, ...app }) ? 'domain' : 'application'] }
  }

  #charged(app: Application): MemorySize {
    const used = this.#used(app)
    const reserved = (tag: number) => memoryOf(app.parameters ?? [], tag) ?? 0
    return {
      nonVolatile: Math.max(used.nonVolatile, reserved(SYSTEM.nonVolatileReserved)),
      volatile: Math.max(used.volatile, reserved(SYSTEM.volatileReserved)),
    }
  }

  #exceeds(app: Application): boolean {
    const used = this.#used(app)
    const quota = (tag: number) => memoryOf(app.parameters ?? [], tag) ?? Number.POSITIVE_INFINITY
    return used.nonVolatile > quota(SYSTEM.nonVolatile) || used.volatile > quota(SYSTEM.volatile)
  }
}

/** GPC v2.3.1 §9.7: a quota is not less than what is reserved. */
export function checkQuotas(parameters: Application['parameters'] = []): void {
  const pairs = [
    [SYSTEM.volatile, SYSTEM.volatileReserved],
    [SYSTEM.nonVolatile, SYSTEM.nonVolatileReserved],
  ] as const
  for (const [quotaTag, reservedTag] of pairs) {
    const [quota, reserved] = [memoryOf(parameters, quotaTag), memoryOf(parameters, reservedTag)]
    if (quota !== undefined && reserved !== undefined && quota < reserved) throw new StatusError(SW.WRONG_DATA)
  }
}
