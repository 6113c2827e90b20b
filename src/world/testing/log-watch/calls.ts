// For the tests: whatever function a test gives as `log`, what the code says to it is written down too, with the detail of each
// refusal, and each PIN that is typed. By a change of the source as vitest loads it, so that no test can forget to take part.

import type { Plugin } from 'vitest/config'

/** `log('…')`, `deps.log(…)`: the port, by its name everywhere. */
const CALL = /(?<![\w.])((?:\w+\.)*log)\((?=['`])/g

const ADDED = {
  '/src/base/refusal.ts': ['this.detail = detail', "globalThis.kazasuSaid?.('refusal ' + code, detail)"],
  '/src/protocol/jpki-ap/dialogues.ts': ['return utf8(pin)', 'globalThis.kazasuTyped?.(pin)'],
} as const satisfies Record<string, readonly [before: string, what: string]>

/** On the same lines, so that errors name the right ones; nothing begins with a bracket, which would go on from the line before. */
function saidAloud(code: string): string {
  const said = code.replace(CALL, (_, log) => `globalThis.kazasuSaying(${log})(`)
  return said === code ? code : `globalThis.kazasuSaying ??= (log) => log; ${said}`
}

export function logWatch(): Plugin {
  return {
    name: 'log-watch',
    enforce: 'pre',
    transform(code, id) {
      const path = id.split('?')[0]!
      if (!path.includes('/src/') || !path.endsWith('.ts') || path.endsWith('.test.ts')) return undefined
      const [, [before, what] = []] = Object.entries(ADDED).find(([file]) => path.endsWith(file)) ?? []
      if (before && !code.includes(before)) throw new Error(`${path}: where is "${before}"?`)
      const added = before ? code.replace(before, `${what}; ${before}`) : code
      return { code: saidAloud(added), map: null }
    },
  }
}
