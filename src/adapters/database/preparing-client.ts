// A connection on which the server parses and plans a statement once: what comes again is prepared under a name.

import pg from 'pg'
import { clear, cleared, type Query } from './clear.ts'

/** Each costs the server some ten kilobytes; what roles ask again and again is less than this. */
const MOST_PREPARED = 256
/** Lists of every length are a text of their own each. */
const MOST_SEEN = 4096

/** A table changed under a prepared statement: it cannot be used any more. */
const isOutdated = (error: unknown): boolean => (error as { code?: string }).code === '0A000'

export class PreparingClient extends pg.Client {
  /** By text; null for what is asked plainly. */
  readonly #names = new Map<string, string | null>()
  #prepared = 0

  /** Only a text with values is prepared; every other way to ask stays as it was. */
  override query = ((query, values, callback) => {
    const plainly: Query = super.query
    const name = typeof query === 'string' && values?.length && !callback ? this.#nameOf(query) : null
    if (name === null) return cleared(plainly.call(this, query, values, callback))
    const asked = plainly.call(this, { name, text: query, values }) as Promise<unknown>
    return asked.catch((error: unknown) => {
      if (!isOutdated(error)) return clear(error)
      this.#names.set(query as string, null)
      return cleared(plainly.call(this, query, values))
    })
  }) as Query as pg.Client['query']

  /** None the first time. */
  #nameOf(text: string): string | null {
    const name = this.#names.get(text)
    if (name) return name
    if (name === undefined) {
      if (this.#names.size < MOST_SEEN) this.#names.set(text, '')
      return null
    }
    if (name === null || this.#prepared === MOST_PREPARED) return null
    const next = `again_${++this.#prepared}`
    this.#names.set(text, next)
    return next
  }
}
