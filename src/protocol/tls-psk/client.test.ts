import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { createServer, type TLSSocket } from 'node:tls'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { bytes, concat, fromHex, hex, utf8 } from '../../base/bytes.ts'
import { seededEntropy } from '../../base/crypto.ts'
import { TlsPskClient, type TlsPskParts } from './client.ts'
import { prf } from './key-schedule.ts'
import { SUITES } from './record-protection.ts'

const PSK = fromHex('000102030405060708090a0b0c0d0e0f')
const IDENTITY = 'sim 1'
const open: (() => void)[] = []
afterEach(() => {
  for (const close of open.splice(0)) close()
})

/** Node's own server, which upper-cases what it is told; the client over a real socket, in pieces of `size` bytes. */
async function against(parts: Partial<TlsPskParts> = {}, size = 1 << 16) {
  const server = createServer({
    ciphers: 'PSK-AES128-GCM-SHA256:PSK-AES128-CBC-SHA256',
    maxVersion: 'TLSv1.2',
    pskCallback: (_: TLSSocket, identity: string) => (identity === IDENTITY ? PSK : null),
  })
  server.on('secureConnection', (socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (data) => socket.write(data.toString().toUpperCase()))
    socket.on('end', () => socket.end())
  })
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  open.push(
    () => socket.destroy(),
    () => server.close(),
  )
  const client = new TlsPskClient({
    identity: utf8(IDENTITY),
    psk: PSK,
    entropy: seededEntropy(utf8('card')),
    ...parts,
  })
  return { client, ...driven(client, socket, size) }
}

function driven(client: TlsPskClient, socket: Socket, size: number) {
  let heard = ''
  const send = (whole: Uint8Array) => {
    for (let at = 0; at < whole.length; at += size) socket.write(whole.slice(at, at + size))
  }
  const waiting: (() => void)[] = []
  const wake = () => {
    for (const check of waiting.slice()) check()
  }
  socket.on('data', (data) => {
    for (let at = 0; at < data.length; at += size) {
      const step = client.receive(Uint8Array.from(data.subarray(at, at + size)))
      send(step.send)
      heard += new TextDecoder().decode(step.data)
    }
    wake()
  })
  socket.on('close', wake)
  socket.on('error', () => undefined)
  const until = (done: () => boolean) =>
    new Promise<void>((resolve, reject) => {
      const check = () => {
        if (done()) resolve()
        else if (socket.closed) reject(new Error(`closed in state ${client.state}`))
      }
      waiting.push(check)
      check()
    })
  send(client.start())
  return { send, until, heard: () => heard }
}

describe('node’s TLS server', () => {
  test.each(
    Object.entries(SUITES).flatMap(
      ([number, { name }]) =>
        [
          [name, Number(number), 1 << 16],
          [`${name} in pieces of 7 bytes`, Number(number), 7],
        ] as const,
    ),
  )('%s', async (name, suite, size) => {
    const { client, send, until, heard } = await against({ suites: [suite] }, size)
    await until(() => client.state === 'open')
    expect(name.startsWith(client.suite!)).toBe(true)
    send(client.write(utf8('hello ')))
    send(client.write(utf8('x'.repeat(20_000))))
    await until(() => heard().length === 20_006)
    expect(heard()).toBe(`HELLO ${'X'.repeat(20_000)}`)
    send(client.close())
    expect(client.state).toBe('closed')
  })

  test('refuses another key and another identity, and the client knows', async () => {
    for (const wrong of [{ psk: bytes(...PSK).reverse() }, { identity: utf8('sim 2') }]) {
      const { client, until } = await against(wrong)
      await until(() => client.state === 'failed').catch(() => undefined)
      expect(client.state).not.toBe('open')
    }
  })
})

/** A recorded conversation that the client has with a server that does not answer its Finished. */
async function recorded(suite: number): Promise<Uint8Array> {
  const { client, until } = await against({ suites: [suite] })
  const taken: Uint8Array[] = []
  const receive = client.receive.bind(client)
  client.receive = (piece) => {
    taken.push(piece)
    return receive(piece)
  }
  await until(() => client.state === 'open')
  return concat(...taken)
}

test.each(Object.keys(SUITES).map(Number))(
  'suite %i: a changed byte anywhere in the handshake never opens',
  async (suite) => {
    const flight = await recorded(suite)
    fc.assert(
      fc.property(fc.nat(flight.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const client = new TlsPskClient({
          identity: utf8(IDENTITY),
          psk: PSK,
          entropy: seededEntropy(utf8('card')),
          suites: [suite],
        })
        client.start()
        client.receive(Uint8Array.from(flight, (byte, i) => (i === at ? byte ^ mask : byte)))
        // The low byte of the record's version is not looked at before there are keys; it changes nothing.
        const version = flight[at] === 3 && flight[at - 1] === 3
        if (!version) expect(client.state).not.toBe('open')
      }),
    )
  },
)

test('any bytes end in an alert or in waiting, never in an exception or an open connection', () => {
  const records = fc
    .tuple(fc.constantFrom(20, 21, 22, 23, 99), fc.uint8Array({ maxLength: 60 }))
    .map(([type, body]) => concat(bytes(type, 3, 3, 0, body.length), body))
  fc.assert(
    fc.property(fc.array(fc.oneof(records, fc.uint8Array({ maxLength: 60 })), { maxLength: 8 }), (pieces) => {
      const client = new TlsPskClient({ identity: bytes(1), psk: PSK, entropy: seededEntropy(bytes(1)) })
      client.start()
      for (const piece of pieces) client.receive(piece)
      expect(client.state).not.toBe('open')
    }),
  )
})

test('PRF: the vector for P_SHA256 that the IETF’s TLS list published', () => {
  const output = prf(
    fromHex('9bbe436ba940f017b17652849a71db35'),
    'test label',
    fromHex('a0ba9f936cda311827a6f796ffd5198c'),
    100,
  )
  expect(hex(output)).toBe(
    'e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17' +
      'abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff70187347b66',
  )
})
