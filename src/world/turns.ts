// Takes turns at things that one hand can hold at a time: cards. First come, first served.

import { Refusal } from '../base/refusal.ts'

const PATIENCE_MS = 30_000

/** `take(name)` waits for the others and returns what gives the thing back. */
export function turns(patience = PATIENCE_MS): (name: string) => Promise<() => void> {
  const last = new Map<string, Promise<void>>()
  return async (name) => {
    const before = last.get(name) ?? Promise.resolve()
    let giveBack = () => {}
    const mine = new Promise<void>((resolve) => {
      giveBack = resolve
    })
    const tail = before.then(() => mine)
    last.set(name, tail)
    let timer: NodeJS.Timeout | undefined
    const tooLong = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Refusal('card/busy', 409, 'the card is in use', { card: name })), patience)
    })
    try {
      await Promise.race([before, tooLong])
    } catch (error) {
      giveBack()
      throw error
    } finally {
      clearTimeout(timer)
    }
    return giveBack
  }
}
