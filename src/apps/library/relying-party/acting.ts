// Who acts for whom in a login. RFC 8693 §4.1; docs/profile.md#acting.

/** The one who acts, by the name that this service knows; inside, through whom it came. */
export interface Actor {
  readonly subject: string
  readonly through?: Actor
}

export interface MandateClaim {
  /** Another at each service. */
  readonly id: string
  readonly kind: 'general' | 'parent' | 'guardian' | 'representative' | 'employee'
  /** What may be done here, in the words of this service. */
  readonly acts: readonly string[]
  readonly until: Date
}

type Claims = Readonly<Record<string, unknown>>

/** Undefined where the subject has logged in. An actor without a mandate, or one of the two in another form, is `malformed`. */
export function actingIn({
  act,
  mandate,
}: Claims): { readonly act: Actor; readonly mandate: MandateClaim } | 'malformed' | undefined {
  if (act === undefined && mandate === undefined) return undefined
  const [actor, by] = [actorIn(act), mandateIn(mandate)]
  return actor && by ? { act: actor, mandate: by } : 'malformed'
}

function actorIn(act: unknown): Actor | undefined {
  if (typeof act !== 'object' || act === null) return undefined
  const { sub, act: inner } = act as Claims
  const through = inner === undefined ? undefined : actorIn(inner)
  if (typeof sub !== 'string' || (inner !== undefined && !through)) return undefined
  return { subject: sub, ...(through && { through }) }
}

function mandateIn(mandate: unknown): MandateClaim | undefined {
  if (typeof mandate !== 'object' || mandate === null) return undefined
  const { id, kind, acts, until } = mandate as Claims
  if (typeof id !== 'string' || typeof kind !== 'string' || typeof until !== 'number') return undefined
  if (!Array.isArray(acts) || !acts.every((one) => typeof one === 'string')) return undefined
  return { id, kind: kind as MandateClaim['kind'], acts, until: new Date(until * 1000) }
}
