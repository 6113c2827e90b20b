// The gateways against other people's servers, in this process: mail to a real SMTP server, SMS to another's SMPP message
// centre. What is away comes later, what is refused for good is not tried again, and the log has nothing of a message.

import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { utf8 } from '../../base/bytes.ts'
import type { Message } from '../../base/ports.ts'
import { volatileKeyStore } from '../keys/index.ts'
import { systemEntropy } from '../random.ts'
import { type TestDatabase, testDatabase } from '../testing/index.ts'
import { type DispatchTables, dispatchMigrations, type GatewayDeliveries, gatewayDeliveries } from './gateway.ts'
import { gatewaysOf } from './settings.ts'

/** Typed as far as they are used; a checkout without them skips the tests, by name. */
const library = async (name: string) => import(name).catch(() => null)
const [smtpServer, smpp, nodemailer] = await Promise.all(['smtp-server', 'smpp', 'nodemailer'].map(library))
const present = smtpServer && smpp && nodemailer

const message: Message = {
  id: 'a1b2c3',
  way: 'mail',
  to: 'akari@example.jp',
  subject: 'J-LIS スマートフォン用電子証明書',
  text: '承認番号 482913（30分間有効）。だれにも伝えないでください。',
}
const sms: Message = {
  ...message,
  id: 'd4e5f6',
  way: 'sms',
  to: '819000000001',
  text: `確認番号 371902。${'長い文。'.repeat(40)}`,
}

describe.skipIf(!present)('gateways (absent: smtp-server, smpp or nodemailer is not installed)', () => {
  const mails: string[] = []
  const envelopes: string[] = []
  const submitted: { destination_addr: string; text: string; source_addr: string; validity_period: string }[] = []
  const logged: string[] = []
  const queue: string[] = []
  let work: (data: Record<string, unknown>) => Promise<void>
  let now = new Date('2026-04-01T09:00:00Z')
  let smtpSays: number | undefined
  let smppSays = 0
  let database: TestDatabase
  let mailServer: { close(done: () => void): void }
  let messageCentre: { close(): void }
  let deliveries: GatewayDeliveries
  const others: Message[] = []

  beforeAll(async () => {
    database = await testDatabase()
    const smtp = await listenSmtp()
    const centre = await listenSmpp()
    const gateways = gatewaysOf({
      KAZASU_SMTP_URL: `smtp://jlis:s3cret@127.0.0.1:${smtp}`,
      KAZASU_MAIL_FROM: 'J-LIS <no-reply@jlis.example>',
      KAZASU_SMPP_URL: `smpp://jlis:s3cret@127.0.0.1:${centre}`,
      KAZASU_SMS_FROM: 'J-LIS',
    })
    deliveries = gatewayDeliveries({
      db: await database.schema<DispatchTables>('deliveries', dispatchMigrations),
      keys: volatileKeyStore(systemEntropy),
      entropy: systemEntropy,
      clock: () => now,
      log: (event, fields) => void logged.push(JSON.stringify([event, fields])),
      jobs: {
        send: async (_, { id }) => void queue.push(String(id)),
        work: async (_, handler) => {
          work = handler
        },
      },
      gateways,
      others: { send: async (one) => void others.push(one), receipt: async () => null },
    })
    await deliveries.start()
  })
  afterAll(async () => {
    await new Promise<void>((done) => (mailServer ? mailServer.close(done) : done()))
    messageCentre?.close()
    await database?.close()
  })
  beforeEach(() => {
    smtpSays = undefined
    smppSays = 0
    for (const list of [mails, envelopes, submitted, queue]) list.length = 0
  })

  function listenSmtp(): Promise<number> {
    const { SMTPServer } = smtpServer as never as { SMTPServer: new (options: object) => never }
    const server = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      logger: false,
      onAuth: ({ username, password }: Record<string, string>, _: unknown, done: (e: unknown, ok?: object) => void) =>
        username === 'jlis' && password === 's3cret'
          ? done(null, { user: username })
          : done(new Error('wrong password')),
      onRcptTo: ({ address }: { address: string }, _: unknown, done: (e?: unknown) => void) => {
        envelopes.push(address)
        if (smtpSays) done(Object.assign(new Error('no'), { responseCode: smtpSays }))
        else done()
      },
      onData: (stream: AsyncIterable<Uint8Array>, _: unknown, done: () => void) => {
        void (async () => {
          let text = ''
          for await (const chunk of stream) text += Buffer.from(chunk).toString('utf8')
          mails.push(text)
          done()
        })()
      },
    }) as unknown as {
      listen(port: number, host: string, ready: () => void): { address(): AddressInfo }
    } & typeof mailServer
    mailServer = server
    return new Promise((ready) => {
      const listening = server.listen(0, '127.0.0.1', () => ready(listening.address().port))
    })
  }

  type Pdu = Record<string, string> & { response(more?: object): Pdu; message_payload?: { message: string } }
  function listenSmpp(): Promise<number> {
    const { createServer } = (smpp.default ?? smpp) as {
      createServer(
        on: (session: {
          on(name: string, then: (pdu: Pdu) => void): void
          send(pdu: Pdu): void
          close(): void
        }) => void,
      ): {
        listen(port: number, host: string, ready: () => void): void
        address(): AddressInfo
        close(): void
      }
    }
    const server = createServer((session) => {
      session.on('bind_transmitter', (pdu) => {
        const known = pdu.system_id === 'jlis' && pdu.password === 's3cret'
        session.send(pdu.response({ command_status: known ? 0 : 0x0e }))
      })
      session.on('submit_sm', (pdu) => {
        if (smppSays === 0) {
          const { destination_addr = '', source_addr = '', validity_period = '' } = pdu
          submitted.push({ destination_addr, source_addr, validity_period, text: pdu.message_payload!.message })
        }
        session.send(pdu.response({ command_status: smppSays, message_id: '1' }))
      })
      session.on('unbind', (pdu) => {
        session.send(pdu.response())
        session.close()
      })
    })
    messageCentre = server
    return new Promise((ready) => server.listen(0, '127.0.0.1', () => ready(server.address().port)))
  }

  const state = async (id: string) => {
    const db = await database.schema<DispatchTables>('deliveries', dispatchMigrations)
    return db.selectFrom('dispatch').selectAll().where('id', '=', id).executeTakeFirst()
  }
  /** Gives what is queued; whether it must be tried again. */
  const again = async (): Promise<boolean> => {
    const id = queue.shift()!
    return work({ id }).then(
      () => false,
      () => Boolean(queue.push(id)),
    )
  }

  test('mail: Japanese arrives as it was written, under its id; sent again it is no second mail', async () => {
    await deliveries.send(message)
    await deliveries.send(message)
    expect(await again()).toBe(false)
    expect(await again()).toBe(false)
    expect(envelopes).toEqual(['akari@example.jp'])
    expect(mails[0]).toContain('Message-ID: <a1b2c3@jlis.example>')
    const body = mails[0]!.split('\r\n\r\n').slice(1).join('\r\n\r\n')
    const encoding = /Content-Transfer-Encoding: (\S+)/i.exec(mails[0]!)![1]
    const text =
      encoding === 'base64'
        ? Buffer.from(body, 'base64').toString()
        : decodeURIComponent(body.replace(/=\r\n/g, '').replace(/=/g, '%'))
    expect(text.trim()).toBe(message.text)
    expect(await state('a1b2c3')).toMatchObject({ state: 'given', attempts: 1, sealed: null })
  })

  test('SMS: a long text in one message, to the line alone, with ten minutes to live', async () => {
    await deliveries.send(sms)
    expect(await again()).toBe(false)
    expect(submitted).toMatchObject([{ destination_addr: '819000000001', source_addr: 'J-LIS', text: sms.text }])
    expect(await state('d4e5f6')).toMatchObject({ state: 'given', attempts: 1, sealed: null })
  })

  test('a letter goes where letters go', async () => {
    await deliveries.send({ ...message, id: 'letter', way: 'letter' })
    expect(others.map(({ id }) => id)).toEqual(['letter'])
    expect(queue).toEqual([])
  })

  test.each([
    ['mail', 450],
    ['sms', 0x58],
  ] as const)('%s: a gateway that is busy is asked again, and gets it once', async (way, says) => {
    const one = { ...(way === 'mail' ? message : sms), id: `busy-${way}` }
    smtpSays = says
    smppSays = says
    await deliveries.send(one)
    expect(await again()).toBe(true)
    expect(await state(one.id)).toMatchObject({ state: 'waiting', attempts: 1 })
    smtpSays = undefined
    smppSays = 0
    expect(await again()).toBe(false)
    expect(mails.length + submitted.length).toBe(1)
    expect(await state(one.id)).toMatchObject({ state: 'given', attempts: 2, sealed: null })
  })

  test.each([
    ['mail', 550, 'smtp 550'],
    ['sms', 0x0b, 'smpp 0000000b'],
  ] as const)('%s: refused for good is not tried again, and the text is erased', async (way, says, code) => {
    const one = { ...(way === 'mail' ? message : sms), id: `never-${way}` }
    smtpSays = says
    smppSays = says
    await deliveries.send(one)
    expect(await again()).toBe(false)
    expect(await state(one.id)).toMatchObject({ state: 'failed', code, sealed: null })
    expect(mails.length + submitted.length).toBe(0)
  })

  test('a code that would be too old is not sent any more; what waits at rest is sealed', async () => {
    await deliveries.send({ ...message, id: 'late' })
    const { sealed } = (await state('late'))!
    expect(Buffer.from(sealed!).includes(Buffer.from(utf8('482913')))).toBe(false)
    now = new Date(now.getTime() + 31 * 60_000)
    expect(await again()).toBe(false)
    expect(mails).toEqual([])
    expect(await state('late')).toMatchObject({ state: 'failed', code: 'too-late', sealed: null })
  })

  test('an operator sees state and times of each, nothing of a message, and has what waits tried now', async () => {
    await deliveries.send({ ...message, id: 'waits' })
    queue.length = 0
    expect(await deliveries.again('waits')).toBe(true)
    expect(queue).toEqual(['waits'])
    const shown = await deliveries.shown({ limit: 20 })
    expect(shown.find(({ id }) => id === 'waits')).toMatchObject({ way: 'mail', state: 'waiting', endedAt: null })
    expect(shown.filter(({ state: one }) => one === 'failed').map(({ code }) => code)).toContain('smtp 550')
    for (const secret of ['482913', 'akari', '819000000001']) expect(JSON.stringify(shown)).not.toContain(secret)
    expect(await again()).toBe(false)
    expect(await deliveries.again('waits')).toBe(false)
    expect(await deliveries.shown({ limit: 20, before: shown.at(-1)!.takenAt })).toEqual([])
  })

  test('after a crash, what waits is given', async () => {
    await deliveries.send({ ...message, id: 'left' })
    queue.length = 0
    await deliveries.start()
    expect(queue).toEqual(['left'])
    // So it is when the job has given up.
    queue.length = 0
    await deliveries.wake()
    expect(queue).toEqual(['left'])
    expect(await again()).toBe(false)
    expect(mails).toHaveLength(1)
    await deliveries.wake()
    expect(queue).toEqual([])
  })

  test('nothing of a message is in the log', () => {
    expect(logged.length).toBeGreaterThan(8)
    for (const secret of ['482913', '371902', 'akari', '819000000001', '承認', 's3cret'])
      expect(logged.join('\n')).not.toContain(secret)
  })
})

test('a setting that is there and wrong stops the start', () => {
  expect(gatewaysOf({})).toEqual({})
  for (const wrong of [
    { KAZASU_SMTP_URL: 'mail.example' },
    { KAZASU_SMTP_URL: 'smtp://mail.example' },
    { KAZASU_SMPP_URL: 'https://sms.example', KAZASU_SMS_FROM: 'J-LIS' },
  ])
    expect(() => gatewaysOf(wrong)).toThrow('docs/operations.md')
})
