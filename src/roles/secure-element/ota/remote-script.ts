// Carries out a script in an application: one command after the other, each all or nothing, until one fails.
// ETSI TS 102 226 §5. A command without Le that has an answer says 61xx; GET RESPONSE of the script brings it.

import { type Command, type Response, response } from '../../../codec/apdu.ts'
import { readClass } from '../../../codec/class-byte.ts'
import { CodecError } from '../../../codec/codec-error.ts'
import type { Script, ScriptAnswer } from '../../../codec/remote-script.ts'
import { SW } from '../../../codec/sw.ts'
import type { Applet } from '../applet.ts'
import type { CardServices } from '../card-services.ts'
import { Outgoing } from '../outgoing.ts'
import type { Records } from '../records.ts'
import { StatusError } from '../status-error.ts'

/** What an answer may hold: less than 255 messages carry. */
const ANSWER_MAX = 0x6000
const SW_AND_TAG = 6
const FINE = new Set([0x90, 0x61, 0x62, 0x63])

/** What makes each command all or nothing, within its memory. */
export type ScriptRoom = Pick<CardServices, 'memory'> & { readonly records: Records }

/**
 * Every command that ran has its answer, also the one that failed; `end` only when all before it were fine.
 * The script ends where the answers become too long. ETSI TS 102 226 §5.2.1.1.
 */
export function runScript(room: ScriptRoom, target: Applet, { commands, end }: Script): ScriptAnswer {
  const outgoing = new Outgoing(false)
  const responses: Response[] = []
  let length = 0
  for (const c of commands) {
    const answer = perform(room, target, outgoing, c)
    const left = ANSWER_MAX - length
    length += answer.data.length + SW_AND_TAG
    responses.push(length > ANSWER_MAX ? response(SW.TRUNCATED.sw, answer.data.slice(0, Math.max(0, left))) : answer)
    if (length > ANSWER_MAX || !FINE.has(answer.sw >> 8)) return { responses, executed: responses.length }
  }
  return { responses, executed: responses.length, ...(end && { end }) }
}

function perform({ records, memory }: ScriptRoom, target: Applet, outgoing: Outgoing, c: Command): Response {
  const whole = () => {
    const answer = act(target, c)
    memory.check()
    return answer
  }
  try {
    return outgoing.more(c) ?? outgoing.first({ ...c, le: c.le ?? 0 }, records.attempt(whole))
  } catch (error) {
    if (error instanceof StatusError) return response(error.sw)
    return response((error instanceof CodecError ? SW.WRONG_LENGTH : SW.NO_DIAGNOSIS).sw)
  }
}

/** A returned error keeps its writes, as it does on the wire: a try counter counts. */
function act(target: Applet, c: Command): Response {
  const read = readClass(c.cla)
  if (!read) throw new StatusError(SW.CLA_NOT_SUPPORTED)
  if (read.channel !== 0) throw new StatusError(SW.CHANNEL_NOT_SUPPORTED)
  return target.process({ ...c, cla: read.cla })
}
