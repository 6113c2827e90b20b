// What befalls the n-th of things that are counted: something dies before it or after it, what is sent is lost, what is answered
// is lost, or it comes twice.

import type { Chance } from '../../../world/testing/chance.ts'

export const WIRE_FATES = ['request lost', 'answer lost', 'twice'] as const

export interface Due<F> {
  readonly at: number
  readonly fate: F
  readonly when: 'before' | 'after'
}

export interface Strikes<F> {
  /** Counts this, and lets befall it what is due; throws where it is lost. */
  around<T>(what: string, go: () => Promise<T>): Promise<T>
  /** From now on, counted anew: these. */
  begin(due: readonly Due<F>[]): void
  /** Nothing befalls anything any more; returns when what is befallen just now has ended. */
  quiet(): Promise<void>
  counted(): number
  /** What has befallen since `begin`: the fate, and the fate with what it befell. */
  befallen(): readonly { readonly fate: F; readonly told: string }[]
}

/** `strike` is every fate but those of a wire. */
export function strikes<F extends string>(strike: (fate: F) => Promise<unknown>): Strikes<F> {
  let due: Due<F>[] = []
  let befallen: { fate: F; told: string }[] = []
  let [counted, busy, watching] = [0, 0, false]
  const befall = async <T>({ fate, when }: Due<F>, go: () => Promise<T>): Promise<T> => {
    if (fate === 'request lost') throw new Error(fate)
    if (fate === 'answer lost' || fate === 'twice') {
      const first = await go()
      void (first as Partial<Response> | undefined)?.body?.cancel()
      if (fate === 'answer lost') throw new Error(fate)
      return go()
    }
    if (when === 'before') await strike(fate)
    const answer = await go()
    if (when === 'after') await strike(fate)
    return answer
  }
  return {
    around: async (what, go) => {
      if (!watching) return go()
      counted += 1
      const at = due.findIndex((one) => one.at === counted)
      const [now] = at < 0 ? [] : due.splice(at, 1)
      if (!now) return go()
      befallen.push({ fate: now.fate, told: `${now.fate} ${now.when} ${what}` })
      busy += 1
      try {
        return await befall(now, go)
      } finally {
        busy -= 1
      }
    },
    begin: (all) => {
      due = [...all]
      befallen = []
      counted = 0
      watching = true
    },
    quiet: async () => {
      watching = false
      due = []
      while (busy > 0) await new Promise((resolve) => setTimeout(resolve, 20))
    },
    counted: () => counted,
    befallen: () => befallen,
  }
}

/** Somewhere among so many. */
export const dueAt = <F>(chance: Chance, fate: F, among: number): Due<F> => ({
  at: 1 + chance.below(among),
  fate,
  when: chance.oneOf(['before', 'after']),
})

const PATIENCE_MS = 180_000

/** Who was killed comes back; connections to a database that died are found out one by one, each by a question that fails. */
export async function eventually<T>(
  ask: () => Promise<T>,
  mayPass: (error: unknown) => boolean = () => true,
): Promise<T> {
  for (const until = performance.now() + PATIENCE_MS; ; ) {
    try {
      return await ask()
    } catch (error) {
      if (!mayPass(error) || performance.now() > until) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}
