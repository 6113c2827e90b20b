// Of what is known, what was asked for, and only where it is as the service demands. `value`,
// `values` and `max_age` are never ignored, and what does not fit is left out without an error.
// OpenID Connect for Identity Assurance 1.0 §6.5

export const MISFIT = Symbol('not as demanded')

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Undefined where there is no such thing and none was demanded; `MISFIT` where what there is is not what was demanded. */
export function fitting(wanted: unknown, actual: unknown, now: Date): unknown {
  if (Array.isArray(wanted)) return Array.isArray(actual) ? oneOf(wanted, actual, now) : MISFIT
  if (wanted !== null && !isObject(wanted)) return MISFIT
  if (isObject(actual)) return members(wanted ?? {}, actual, now)
  if (Array.isArray(actual)) return wanted === null ? actual : MISFIT
  return demanded(wanted ?? {}, actual, now) ? actual : MISFIT
}

/** Each entry that is asked for is a filter; several are alternatives. */
function oneOf(wanted: readonly unknown[], actual: readonly unknown[], now: Date): unknown {
  const found = actual.flatMap((one) => {
    const fits = wanted.map((filter) => fitting(filter, one, now)).find((fit) => fit !== MISFIT)
    return fits === undefined ? [] : [fits]
  })
  return found.length > 0 ? found : MISFIT
}

/** How something is asked for, and no member of it. */
const HOW = ['essential', 'purpose']

function members(wanted: Record<string, unknown>, actual: Record<string, unknown>, now: Date): unknown {
  const names = Object.keys(wanted).filter((name) => !HOW.includes(name))
  // `null` and `{}` ask for the whole.
  if (names.length === 0) return actual
  const found = names.map((name) => [name, fitting(wanted[name], own(actual, name), now)] as const)
  if (found.some(([, value]) => value === MISFIT)) return MISFIT
  return Object.fromEntries(found.filter(([, value]) => value !== undefined))
}

const own = (actual: Record<string, unknown>, name: string): unknown =>
  Object.hasOwn(actual, name) ? actual[name] : undefined

function demanded(wanted: Record<string, unknown>, actual: unknown, now: Date): boolean {
  const { value, values, max_age: age } = wanted
  if (value !== undefined && value !== actual) return false
  if (values !== undefined && !(Array.isArray(values) && values.includes(actual))) return false
  if (age === undefined) return true
  const since = now.getTime() - Date.parse(String(actual))
  return typeof age === 'number' && since <= age * 1000
}
