import { createServer, type Socket } from 'node:net'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { type Bytes, bytes, concat, fromHex, u16 } from '../../base/bytes.ts'
import { connectVpcd, type InsertableCard, SLOW_READER_CURE, type VpcdOptions } from './connect-vpcd.ts'
import { encodeFrame, frameReader } from './frames.ts'

const ATR = fromHex('3b80800101')

test('frames come whole out of pieces cut anywhere', () =>
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 400 })), fc.array(fc.nat(50)), (contents, cuts) => {
      let stream: Bytes = concat(...contents.map(encodeFrame))
      const read = frameReader(() => 0)
      const found: Bytes[] = []
      for (const cut of [...cuts, stream.length]) {
        found.push(...read(stream.subarray(0, cut)).map((frame) => frame.content))
        stream = stream.subarray(cut)
      }
      expect(found).toEqual(contents)
    }),
  ))

/** The reader's side of the protocol, as vpcd plays it: it listens, and asks one thing at a time. */
async function reader() {
  const sockets: Socket[] = []
  const waiting: ((socket: Socket) => void)[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    waiting.shift()?.(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return {
    port,
    inserted: () => new Promise<Socket>((resolve) => waiting.push(resolve)),
    stop: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function answerOf(socket: Socket): Promise<Bytes> {
  const read = frameReader(() => 0)
  return new Promise((resolve) => {
    const take = (piece: Buffer) => {
      const [frame] = read(Uint8Array.from(piece))
      if (!frame) return
      socket.off('data', take)
      resolve(frame.content)
    }
    socket.on('data', take)
  })
}

const ended: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end()
})

async function insert(card: Partial<InsertableCard>, options: Partial<VpcdOptions> = {}) {
  const virtual = await reader()
  ended.push(virtual.stop)
  const arrived = virtual.inserted()
  const whole = { atr: ATR, process: (command: Bytes) => command, reset: () => undefined, ...card }
  const inserted = await connectVpcd({ host: '127.0.0.1', port: virtual.port, ...options }, whole)
  ended.push(inserted.close)
  return { virtual, inserted, socket: await arrived }
}

describe('the card in the virtual reader', () => {
  test('gives its ATR, resets, and answers commands in order', async () => {
    let resets = 0
    const slowFirst = async (command: Bytes) => {
      if (command[0] === 1) await new Promise((resolve) => setImmediate(resolve))
      return concat(command, bytes(0x90, 0x00))
    }
    const { socket } = await insert({ process: slowFirst, reset: () => void resets++ })
    socket.write(concat(encodeFrame(bytes(1)), encodeFrame(bytes(4))))
    expect(await answerOf(socket)).toEqual(ATR)
    socket.write(concat(encodeFrame(bytes(2)), encodeFrame(bytes(1, 2)), encodeFrame(bytes(0, 3))))
    expect(await answerOf(socket)).toEqual(fromHex('01029000'))
    expect(resets).toBe(2)
  })

  test('takes the longest frame in pieces', async () => {
    const { socket } = await insert({})
    const long = new Uint8Array(0xffff).fill(7)
    const answer = answerOf(socket)
    for (const part of [u16(0xffff), long.subarray(0, 1000), long.subarray(1000)]) socket.write(part)
    expect(await answer).toEqual(long)
  })

  test('says once that the reader is slow, and the cure', async () => {
    const told: string[] = []
    const { socket } = await insert({}, { onSlow: (cure) => told.push(cure) })
    socket.setNoDelay(true)
    for (let i = 0; i < 5; i++) {
      const answer = answerOf(socket)
      socket.write(u16(2))
      await new Promise((resolve) => setTimeout(resolve, 40))
      socket.write(bytes(0, 0xa4))
      await answer
    }
    expect(told).toEqual([SLOW_READER_CURE])
  })

  test('is out when the reader ends, and loses its state', async () => {
    let resets = 0
    const { socket, inserted } = await insert({ reset: () => void resets++ })
    socket.destroy()
    await inserted.closed
    expect(resets).toBe(1)
  })

  test('comes back when the reader does, if it was asked to', async () => {
    const { virtual, socket, inserted } = await insert({}, { reconnect: true })
    const again = virtual.inserted()
    socket.destroy()
    const second = await again
    second.write(encodeFrame(bytes(4)))
    expect(await answerOf(second)).toEqual(ATR)
    inserted.close()
    await inserted.closed
  })

  test('that fails goes mute, and the failure is not lost', async () => {
    const { socket, inserted } = await insert({
      process: () => {
        throw new Error('disk full')
      },
    })
    const gone = new Promise((resolve) => socket.once('close', resolve))
    socket.resume().write(encodeFrame(bytes(0, 0xa4)))
    await expect(inserted.closed).rejects.toThrow('disk full')
    await gone
  })
})

test('no reader: a refusal that says what to start', async () => {
  const virtual = await reader()
  await virtual.stop()
  const card = { atr: ATR, process: (command: Bytes) => command, reset: () => undefined }
  await expect(connectVpcd({ host: '127.0.0.1', port: virtual.port }, card)).rejects.toMatchObject({
    code: 'vpcd/unreachable',
  })
})
