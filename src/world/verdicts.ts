// What was judged lately, for the demo and the screens: an observer around the verifier, which stays unaware of it.

import type { Verdict } from '../base/verdict.ts'
import type { Verifier } from '../roles/verifier/contract.ts'

export interface Verdicts {
  last(what: 'signature' | 'login'): Verdict | undefined
  clear(): void
}

export function observed(verifier: Verifier): { verifier: Verifier; verdicts: Verdicts } {
  const seen = new Map<string, Verdict>()
  const keep = <T extends { verdict: Verdict }>(what: string, answer: T): T => {
    seen.set(what, answer.verdict)
    return answer
  }
  return {
    verifier: {
      ...verifier,
      verifySignature: async (input) => keep('signature', await verifier.verifySignature(input)),
      answerLogin: async (input) => keep('login', await verifier.answerLogin(input)),
    },
    verdicts: { last: (what) => seen.get(what), clear: () => seen.clear() },
  }
}
