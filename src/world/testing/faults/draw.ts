// What goes wrong, by a seed: whether it does at a point depends on the seed, on the act, on the point and on how often it was
// passed in this act, and on nothing else. So the same case meets the same faults, whoever comes first to his turn.

import { fromUint, utf8 } from '../../../base/bytes.ts'
import { sha256 } from '../../../base/crypto.ts'
import { type Chance, chanceOf } from '../chance.ts'

export class Draw {
  readonly #seed: string
  readonly #passed = new Map<string, number>()
  #act = ''
  #left = 0

  constructor(seed: string) {
    this.#seed = seed
  }

  /** From here on at most so many faults. */
  begin(act: string, most: number): void {
    this.#act = act
    this.#left = most
    this.#passed.clear()
  }

  end(): void {
    this.#left = 0
  }

  /** Decisions about something that is no fault. */
  chance(about: string): Chance {
    return chanceOf(`${this.#seed} ${about}`)
  }

  /**
   * The chance of a fault here, `often` of a thousand; undefined: nothing goes wrong. What is passed for the n-th time is
   * an n-th as likely, so that what happens once counts as much as what happens a hundred times.
   */
  at(point: string, often: number): Chance | undefined {
    if (this.#left === 0) return undefined
    const passed = (this.#passed.get(point) ?? 0) + 1
    this.#passed.set(point, passed)
    const here = `${this.#seed} ${this.#act} ${point} ${passed}`
    if (fromUint(sha256(utf8(here)).subarray(0, 4)) >= (often / 1000 / passed) * 2 ** 32) return undefined
    this.#left -= 1
    return chanceOf(here)
  }
}
