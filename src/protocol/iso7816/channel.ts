// Logical channels from outside the card: MANAGE CHANNEL, and any dialogue on a channel. ISO 7816-4:2020 §5.4.1, §11.1.2.
// Goes outside of `secured`: secure messaging does not protect the number of the channel (GPC-D v1.1.1 §6.2.4).

import { NO_BYTES } from '../../base/bytes.ts'
import { command } from '../../codec/apdu.ts'
import { readClass, writeClass } from '../../codec/class-byte.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { ask, type Dialogue } from './dialogue.ts'

/** The number of the channel that the card opened. */
export function* openChannel(): Dialogue<number> {
  const [number, ...more] = yield* ask(command(0x00, 0x70, 0x00, 0x00, NO_BYTES, 1), 'MANAGE CHANNEL [open]')
  if (number === undefined || more.length > 0) throw new CodecError('channel/number', 'MANAGE CHANNEL answer')
  return number
}

export function* closeChannel(number: number): Dialogue<void> {
  yield* ask(command(0x00, 0x70, 0x80, number), 'MANAGE CHANNEL [close]')
}

/** Runs a dialogue on a channel that is open. */
export function* onChannel<T>(channel: number, inner: Dialogue<T>): Dialogue<T> {
  let step = inner.next()
  while (!step.done) {
    const read = readClass(step.value.cla)
    if (!read) throw new RangeError('no such class')
    step = inner.next(yield { ...step.value, cla: writeClass({ ...read, channel }) })
  }
  return step.value
}
