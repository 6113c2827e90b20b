// The wire between a process and its PostgreSQL, so that a test can stand on it: each statement arrives here before the server
// has it, and its answer before the process has that. PostgreSQL 18, 54.2 (messages).

import { connect, createServer, type Socket } from 'node:net'
import { urlsOf } from '../../../adapters/database/several-servers.ts'

/** Of Query, Parse and Bind: the first octet of what asks for work. */
const WORK = [0x51, 0x50, 0x42]

export interface SqlWire {
  readonly url: string
  close(): Promise<void>
}

/** One to each server of a URL, and a URL of all of them. */
export async function sqlWires(to: string, around: (send: () => Promise<void>) => Promise<void>): Promise<SqlWire> {
  const wires = await Promise.all(urlsOf(to).urls.map((url) => sqlWire(url, around)))
  const hosts = wires.map(({ url }) => new URL(url).host).join()
  return {
    url: wires[0]!.url.replace(/@[^/]+/, `@${hosts}`),
    close: async () => void (await Promise.all(wires.map((wire) => wire.close()))),
  }
}

/** `around` is given each statement; `send` returns when the first of its answer is here. Where it throws, the connection breaks. */
async function sqlWire(to: string, around: (send: () => Promise<void>) => Promise<void>): Promise<SqlWire> {
  const { port, hostname } = new URL(to)
  const open = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        open.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    carry(client, upstream, around)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(to)
  url.port = String((server.address() as { port: number }).port)
  return {
    url: url.href,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of open) socket.destroy()
      }),
  }
}

function carry(client: Socket, upstream: Socket, around: (send: () => Promise<void>) => Promise<void>): void {
  let turn = Promise.resolve()
  let answered: () => void = () => undefined
  /** Answers that the client does not have yet. */
  let held: Buffer[] | undefined
  const release = () => {
    for (const part of held ?? []) client.write(part)
    held = undefined
  }
  const send = (part: Buffer) => () =>
    new Promise<void>((resolve) => {
      answered = resolve
      // Who was killed meanwhile sends nothing, and nobody answers.
      if (upstream.destroyed) resolve()
      else upstream.write(part)
    })
  client.on('data', (part) => {
    // One that comes in several parts is not answered between them.
    answered()
    turn = turn.then(async () => {
      if (!WORK.includes(part[0]!)) return void upstream.write(part)
      held = []
      await around(send(part)).catch(() => client.destroy())
      release()
    })
  })
  upstream.on('data', (part) => {
    if (held) held.push(part)
    else client.write(part)
    answered()
  })
  upstream.on('close', () => answered())
  client.on('close', () => answered())
}
