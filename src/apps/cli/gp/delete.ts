// `kazasu gp delete`: an application, a load file with what comes from it, or keys.

import * as gp from '../../../protocol/globalplatform/index.ts'
import { aidBytes, byte, type GpOptions } from './options.ts'
import { no } from './refusals.ts'
import { confirm } from './terminal.ts'
import { say, sayJson, upper, withCard } from './with-card.ts'

export interface DeleteOptions extends GpOptions {
  readonly related?: boolean
  /** Version of keys that go. */
  readonly keys?: string
}

export async function remove(name: string | undefined, options: DeleteOptions): Promise<number> {
  if ((name === undefined) === (options.keys === undefined)) throw no['bad-option']({ wanted: 'an AID, or --keys' })
  const aid = name === undefined ? undefined : aidBytes(name)
  const version = options.keys === undefined ? undefined : byte(options.keys, 'keys')
  const what = aid ? upper(aid) : `keys of version ${options.keys}`
  if (!options.dryRun)
    await confirm(`${what}${options.related ? ' and what comes from it' : ''} will be deleted`, options.yes)
  return withCard(options, async (card) => {
    if (aid) await card.secure(() => gp.deleteContent(aid, options.related))
    else await card.secure(() => gp.deleteKeys({ version: version! }))
    if (options.json) sayJson({ deleted: aid ?? { version } })
    else say(`deleted ${what}`)
    return 0
  })
}
