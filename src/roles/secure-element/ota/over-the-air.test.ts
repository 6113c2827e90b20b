// A SIM in a handset with real sockets, a network that loses, doubles and turns round messages, a server of node's TLS.

import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { startAdminServer } from '../../../adapters/admin-server.ts'
import { Handset } from '../../../adapters/handset/index.ts'
import { badNetwork, goodNetwork } from '../../../adapters/handset/testing/networks.ts'
import { type Bytes, bytes, fromHex, u16, utf8 } from '../../../base/bytes.ts'
import { seededEntropy } from '../../../base/crypto.ts'
import { CAT } from '../../../codec/cat.ts'
import * as gp from '../../../protocol/globalplatform/index.ts'
import type { Dialogue } from '../../../protocol/iso7816/index.ts'
import { JPKI } from '../../../protocol/jpki-ap/index.ts'
import { AdminConversation } from '../../../protocol/ota/admin-conversation.ts'
import type { AdminPost } from '../../../protocol/ota/admin-messages.ts'
import { remotely, sendPacket } from '../../../protocol/ota/sender.ts'
import { encodeTrigger, type SessionTrigger } from '../../../protocol/ota/session-trigger.ts'
import type { SecureElement } from '../contract.ts'
import { SpecimenMemory, scp03Keys, wake } from '../specimen.ts'
import { carried, deploy, isThere, KIK, otaSim, PSK, PSK_IDENTITY, sender } from './ota-specimen.ts'

const open: (() => unknown)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

/** What the card asks to be called back for; a test says when. */
const rings: (() => void)[] = []

function called(): true {
  for (const ring of rings.splice(0)) ring()
  return true
}

function handsetWith(card: SecureElement, submit: (tpdu: Bytes) => void = () => undefined) {
  const handset = new Handset({ link: card.link(), submit, timer: (_, ring) => rings.push(ring) })
  open.push(() => handset.close())
  return handset
}

interface Administration<T> {
  readonly port: number
  readonly conversation: AdminConversation<T>
  /** Headers of all requests. */
  readonly heard: AdminPost[]
}

async function administration<T>(dialogue: Dialogue<T>, targeted?: Bytes): Promise<Administration<T>> {
  const conversation = new AdminConversation(dialogue, '/administration', targeted)
  const heard: AdminPost[] = []
  const server = await startAdminServer({
    host: '127.0.0.1',
    port: 0,
    keyOf: (identity) => (identity === PSK_IDENTITY ? PSK : undefined),
    answer: (post) => {
      heard.push(post)
      return conversation.post(post)
    },
  })
  open.push(() => server.close())
  return { port: server.port, conversation, heard }
}

const trigger = (port: number, more: Partial<SessionTrigger> = {}): Bytes =>
  encodeTrigger({
    connection: [
      { tag: CAT.bearer, value: bytes(3) },
      { tag: CAT.bufferSize, value: u16(1500) },
      { tag: CAT.transport, value: bytes(2, ...u16(port)) },
      { tag: CAT.otherAddress, value: bytes(0x21, 127, 0, 0, 1) },
    ],
    identity: utf8(PSK_IDENTITY),
    keyVersion: 0x40,
    keyId: 1,
    host: 'admin.host',
    uri: 'https://admin.host/first',
    ...more,
  })

/** Waits for what a server does in its own time; the runner's limit ends it. */
async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setImmediate(resolve))
}

/** A wire that is cut after so many bytes from the server, the first times. */
async function cutWire(port: number, cuts: number[]): Promise<number> {
  const server: Server = createServer((near: Socket) => {
    let left = cuts.shift() ?? Number.POSITIVE_INFINITY
    const far = connect(port, '127.0.0.1')
    near.on('data', (piece) => far.write(piece))
    far.on('data', (piece) => {
      near.write(piece.subarray(0, Math.max(0, left)))
      left -= piece.length
      if (left <= 0) near.end()
    })
    for (const socket of [near, far]) socket.on('error', () => undefined)
    near.on('close', () => far.destroy())
    far.on('close', () => near.end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push(() => server.close())
  return (server.address() as { port: number }).port
}

describe('over HTTP', () => {
  test('a message triggers it, the card calls over TLS, an applet is loaded and installed', async () => {
    const card = otaSim()
    const handset = handsetWith(card)
    await handset.start()
    const { port, conversation, heard } = await administration(deploy())
    const answer = await carried(
      sendPacket(sender(), trigger(port)),
      badNetwork(handset, seededEntropy(utf8('trigger'))),
    )
    expect(answer).toEqual(fromHex('019000'))
    await until(() => conversation.outcome !== undefined)
    expect(conversation.outcome).toEqual({ value: undefined })
    await handset.idle()
    await isThere(card)
    const [first, second] = heard
    expect(first).toMatchObject({ target: '/first' })
    expect(first!.header('x-admin-from')).toBe('//se-id/iccid/8981100000000000017F;//aa-id/aid/A000000151/000000')
    expect(first!.header('x-admin-resume')).toBeUndefined()
    expect(second!.header('x-admin-script-status')).toBe('ok')
    expect(second!.header('content-type')).toBe('application/vnd.globalplatform.card-content-mgt-response;version=1.0')
  })

  test('a wire that is cut again and again: the session resumes, no command is done twice', async () => {
    const card = otaSim()
    const handset = handsetWith(card)
    await handset.start()
    const { port, conversation, heard } = await administration(deploy())
    const bad = await cutWire(port, [10, 400, 700, 900, 1100, 1500])
    const retry = { count: 20, delay: fromHex('000010') }
    await carried(sendPacket(sender(), trigger(bad, { retry })), goodNetwork(handset))
    await until(() => called() && conversation.outcome !== undefined)
    expect(conversation.outcome).toEqual({ value: undefined })
    expect(heard.filter(({ header }) => header('x-admin-resume') === 'true').length).toBeGreaterThan(2)
    await handset.idle()
    await isThere(card)
  })

  test.each(['before', 'after'] as const)(
    'the power is cut %s any commit: the session resumes and comes to its end',
    async (when) => {
      const retry = { count: 5, delay: fromHex('000010') }
      for (let at = 1; at < 30; at += 2) {
        const memory = new SpecimenMemory()
        const handset = handsetWith(otaSim(memory))
        const { port, conversation } = await administration(deploy())
        memory.cut = { at: memory.commits + at, when }
        await handset.start()
        const sent = sender().pack(trigger(port, { retry }))
        const took = await goodNetwork(handset)(sent.messages).catch(() => undefined)
        const cutAt = memory.cut.at
        await until(() => conversation.outcome !== undefined || memory.commits >= cutAt)
        await handset.idle()
        handset.close()
        memory.cut = undefined
        const again = handsetWith(wake(memory))
        await again.start()
        if (took === undefined) await goodNetwork(again)(sent.messages)
        await until(() => called() && conversation.outcome !== undefined)
        await again.idle()
        // A load file that the power cut broke off begins anew: GPC v2.3.1 §9.3.5. Everything else went on.
        const broken = conversation.outcome && 'error' in conversation.outcome
        if (broken) {
          expect(conversation.outcome).toMatchObject({ error: { doing: 'LOAD', sw: 0x6985 } })
          const second = await administration(deploy())
          await goodNetwork(again)(sender({ lastCounter: 9 }).pack(trigger(second.port)).messages)
          await until(() => second.conversation.outcome !== undefined)
          expect(second.conversation.outcome).toEqual({ value: undefined })
          await again.idle()
        }
        again.close()
        await isThere(wake(memory))
      }
    },
  )

  test('a server without the key is told nothing, and the card gives up after the tries that it was given', async () => {
    const card = otaSim()
    const handset = handsetWith(card)
    await handset.start()
    const { port, conversation, heard } = await administration(deploy())
    const retry = { count: 2, delay: fromHex('000010') }
    const wrong = trigger(port, { identity: utf8('sim-2'), retry })
    await goodNetwork(handset)(sender().pack(wrong).messages)
    let tries = 0
    for (let quiet = 0; quiet < 400; quiet++) {
      await new Promise((resolve) => setImmediate(resolve))
      for (const ring of rings.splice(0)) {
        tries += 1
        quiet = 0
        ring()
      }
    }
    expect([tries, heard.length, conversation.outcome]).toEqual([2, 0, undefined])
  })

  test.each([
    ['no such application', fromHex('a0000000999999'), 'unknown-application'],
    ['an application that is no domain', JPKI.aid, 'not-a-security-domain'],
  ] as const)('targeted: %s', async (_, targeted, status) => {
    const card = otaSim()
    const handset = handsetWith(card)
    await handset.start()
    await carried(remotely(sender(), deploy()), goodNetwork(handset))
    const { port, conversation } = await administration(gp.getStatus('issuer'), targeted)
    await goodNetwork(handset)(sender({ lastCounter: 99 }).pack(trigger(port)).messages)
    await until(() => conversation.outcome !== undefined)
    expect(conversation.outcome).toMatchObject({ error: { status } })
  })

  test('targeted: a domain without keys is served, in one with keys of its own nothing is granted', async () => {
    const card = otaSim()
    const handset = handsetWith(card)
    await handset.start()
    const isd = sender()
    const domain = { loadFile: gp.AID.ssdPackage, module: gp.AID.ssdModule, aid: JPKI.securityDomain }
    const privileges = gp.SSD_PRIVILEGES
    await carried(remotely(isd, gp.installForInstallAndMakeSelectable({ ...domain, privileges })), goodNetwork(handset))
    const protection = { dek: KIK, scp: 3 } as const
    const first = await administration(gp.putKeySet(protection, 0x30, scp03Keys('taken over')), domain.aid)
    await carried(sendPacket(isd, trigger(first.port)), goodNetwork(handset))
    await until(() => first.conversation.outcome !== undefined)
    expect(first.conversation.outcome).toEqual({ value: undefined })
    const second = await administration(gp.getStatus('applications'), domain.aid)
    await carried(sendPacket(isd, trigger(second.port)), goodNetwork(handset))
    await until(() => second.conversation.outcome !== undefined)
    expect(second.conversation.outcome).toMatchObject({ error: { doing: 'GET STATUS', sw: 0x6982 } })
  })

  test('a key that is no pre-shared key, and a trigger that is none, begin nothing', async () => {
    const card = otaSim()
    const handset = handsetWith(card)
    await handset.start()
    const carry = goodNetwork(handset)
    const isd = sender()
    expect(await carried(sendPacket(isd, trigger(1, { keyId: 2 })), carry)).toEqual(fromHex('016a88'))
    expect(await carried(sendPacket(isd, trigger(1, { keyVersion: 1 })), carry)).toEqual(fromHex('016a88'))
    expect(await carried(sendPacket(isd, fromHex('810483020101')), carry)).toEqual(fromHex('016a80'))
  })
})
