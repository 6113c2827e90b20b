// Implicit selection parameters (CF): which application a channel begins with. GPC v2.3.1 §6.4.1, §11.1.7.
// The card has one interface, with contacts; a parameter for another one is registered and does nothing here.

import { equal } from '../../base/bytes.ts'
import { CHANNELS_MAX } from '../../codec/class-byte.ts'
import { SW } from '../../codec/sw.ts'
import type { Tlv } from '../../codec/tlv.ts'
import { IMPLICIT, SYSTEM } from '../../protocol/globalplatform/parameter-objects.ts'
import { LIFE_CYCLE, PRIVILEGE } from '../../protocol/globalplatform/registry.ts'
import { finalApplication } from './privileges.ts'
import { type Application, isLocked, type Registry } from './registry.ts'
import { StatusError } from './status-error.ts'

const INTERFACES = IMPLICIT.contact | IMPLICIT.contactless

/** The parameters of an application, in the order in which they were given. */
export const implicitSelections = ({ parameters = [] }: Application): number[] =>
  parameters.filter(({ tag }) => tag === SYSTEM.implicitSelection).map(({ value }) => value[0] ?? 0)

const collides = (a: number, b: number): boolean =>
  (a & b & INTERFACES) !== 0 && (a & IMPLICIT.channel) === (b & IMPLICIT.channel)

/** The application with the parameters in `system` after its own. Taken channels are 6985. */
export function withImplicitSelection(registry: Registry, app: Application, system: readonly Tlv[]): Application {
  const others = registry.applications().filter((other) => !equal(other.aid, app.aid))
  const taken = others.flatMap(implicitSelections)
  const asked = system.filter(({ tag }) => tag === SYSTEM.implicitSelection)
  for (const { value } of asked) {
    const [parameter] = value
    if (parameter === undefined || value.length > 1) throw new StatusError(SW.WRONG_DATA)
    if ((parameter & IMPLICIT.channel) >= CHANNELS_MAX) throw new StatusError(SW.WRONG_DATA)
    if (taken.some((other) => collides(other, parameter))) throw new StatusError(SW.CONDITIONS)
  }
  return { ...app, parameters: [...(app.parameters ?? []), ...asked, ...byCardReset(app, asked, taken)] }
}

/** Card Reset without a parameter means the basic channel of all interfaces, if nobody has it. */
function byCardReset(app: Application, asked: readonly Tlv[], taken: readonly number[]): Tlv[] {
  const holds = (app.privileges & PRIVILEGE.cardReset) !== 0 && app.lifeCycle >= LIFE_CYCLE.selectable
  const has = asked.length > 0 || implicitSelections(app).length > 0
  if (!holds || has || taken.some((other) => collides(other, INTERFACES))) return []
  return [{ tag: SYSTEM.implicitSelection, value: Uint8Array.of(INTERFACES) }]
}

/**
 * The application of the basic channel after a reset, or of one that is opened from it: the one that is registered for
 * that channel, or else for the basic one, or the issuer's domain; the Final Application in place of a locked one.
 */
export function implicitlySelected(registry: Registry, channel: number): Application | undefined {
  const isd = registry.isd()
  if (!isd || isd.lifeCycle > LIFE_CYCLE.secured) return finalApplication(registry)
  const on = (number: number) =>
    registry
      .applications()
      .find((app) => implicitSelections(app).some((parameter) => collides(parameter, IMPLICIT.contact | number)))
  const found = on(channel) ?? on(0) ?? isd
  return isLocked(found) ? finalApplication(registry) : found
}
