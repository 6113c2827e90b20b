// Runs a command on its card: selects, opens the secure channel once, traces, records, and says clearly what went wrong.

import { writeFileSync } from 'node:fs'
import { type Bytes, hex } from '../../../base/bytes.ts'
import type { Entropy, Link } from '../../../base/ports.ts'
import { Refusal } from '../../../base/refusal.ts'
import { header, response } from '../../../codec/apdu.ts'
import { CodecError } from '../../../codec/codec-error.ts'
import { explain as explainStatus } from '../../../codec/sw.ts'
import * as gp from '../../../protocol/globalplatform/index.ts'
import { CardRefused, type Dialogue, NotRecorded, recorder, run, type Trace } from '../../../protocol/iso7816/index.ts'
import { paint } from '../progress.ts'
import { type KeysFor, keysOf } from './keys.ts'
import { aidBytes, byte, type GpOptions, levelOf } from './options.ts'
import { no } from './refusals.ts'
import { openTarget } from './target.ts'

/** What a dialogue inside the channel may need to know of it. */
export interface Inside extends gp.KeyProtection {
  /** Most plain bytes of one command. */
  readonly capacity: number
}

export interface CardAtHand {
  /** Without protection. */
  run<T>(dialogue: Dialogue<T>): Promise<T>
  /** Inside the secure channel with the chosen domain, which is opened at the first call. */
  secure<T>(dialogue: (inside: Inside) => Dialogue<T>): Promise<T>
}

export async function withCard(options: GpOptions, work: (card: CardAtHand) => Promise<number>): Promise<number> {
  if (options.dryRun) return await work(dryCard())
  const { session, entropy } = await openTarget(options)
  const recording = options.record === undefined ? undefined : recorder(session)
  try {
    return await work(cardOver(recording ?? session, options, entropy, await keysOf(options)))
  } catch (error) {
    throw asRefusal(error)
  } finally {
    await session.end()
    if (recording) keep(options.record!, recording)
  }
}

function cardOver(link: Link, options: GpOptions, entropy: Entropy, keys: KeysFor): CardAtHand {
  const trace = options.trace ? tracer(keys) : undefined
  let open: Promise<gp.SecureChannel> | undefined
  return {
    run: (dialogue) => run(link, dialogue, trace),
    secure: async (dialogue) => {
      open ??= run(link, opened(options, entropy, keys), trace)
      const channel = await open
      const inside = { scp: channel.scp, dek: channel.dek, capacity: channel.session.capacity }
      return run(link, gp.secured(channel, dialogue(inside)), trace)
    },
  }
}

function* opened(options: GpOptions, entropy: Entropy, keys: KeysFor): Dialogue<gp.SecureChannel> {
  const { aid } = yield* gp.selectDomain(options.aid === undefined ? undefined : aidBytes(options.aid))
  return yield* gp.openSecureChannel({
    keys,
    entropy,
    aid,
    level: levelOf(options.level),
    ...(options.keyVersion !== undefined && { keyVersion: byte(options.keyVersion, 'key version') }),
    ...(options.scp && { scp: options.scp === '02' ? 2 : 3 }),
    ...(options.uncountedEmpty && { countsEmptyCommands: false }),
  })
}

const { dim } = paint(process.stderr)
const print = (lines: readonly string[]) => process.stderr.write(lines.map((line) => `${line}\n`).join(''))

/** What passes, in the clear where the keys open it; the wire is told by its header alone. */
function tracer(keys: KeysFor): Trace {
  const observe = gp.channelObserver(keys)
  return (command, answer) => {
    const seen = observe(command, answer)
    const wire = dim(`      wire ${hex(header(command)).toUpperCase()} (${command.data.length} bytes)`)
    if (!seen) return print([wire])
    const note = {
      none: [],
      opened: [dim('      protected, opened with the keys')],
      closed: [dim('      protected, not opened')],
    }
    print([
      ...note[seen.protection],
      ...(seen.protection === 'none' ? [] : [wire]),
      ...gp.explain(seen.command, seen.response),
    ])
  }
}

/** Shows what would be sent, in the clear; every command is taken as done. */
function dryCard(): CardAtHand {
  const inside: Inside = { scp: 3, dek: new Uint8Array(16), capacity: gp.BLOCK }
  const tell = async <T>(dialogue: Dialogue<T>): Promise<T> => {
    let step = dialogue.next()
    while (!step.done) {
      print(gp.explain(step.value, response(0x9000)).filter((line) => !line.startsWith('<')))
      step = dialogue.next(response(0x9000))
    }
    return step.value
  }
  return { run: tell, secure: (dialogue) => tell(dialogue(inside)) }
}

function asRefusal(error: unknown): unknown {
  if (error instanceof Refusal) return error
  if (error instanceof CardRefused)
    return no['card-refused']({ doing: error.doing, status: explainStatus(error.sw) }, error)
  if (error instanceof gp.SecureMessagingError) return no['wrong-keys']({ reason: error.message }, error)
  if (error instanceof NotRecorded) return no['not-recorded']({ reason: error.message }, error)
  if (error instanceof CodecError) return no['bad-answer']({ reason: error.message }, error)
  return error
}

function keep(path: string, { transcript, masked }: { transcript(): string; masked: readonly string[] }): void {
  try {
    writeFileSync(path, transcript(), { mode: 0o600 })
  } catch (cause) {
    throw no['record-failed']({ file: path }, cause)
  }
  print([`recorded to ${path}`, ...masked.map((what) => `  left out: ${what}`)])
}

/** "A000000151000000". */
export const upper = (value: Bytes): string => hex(value).toUpperCase()
export const say = (...lines: readonly string[]): void => {
  process.stdout.write(lines.map((line) => `${line}\n`).join(''))
}
/** As data, bytes in upper-case hex. */
export const sayJson = (value: unknown): void =>
  say(JSON.stringify(value, (_, each: unknown) => (each instanceof Uint8Array ? upper(each) : each), 2))
