// The carrier's ways to a SIM: the TSM proxy on the phone, administration over HTTP, secured packets in short messages.
// Which one depends on what SIM and phone can and on the networks that there are just now. Seed 4 (2)②, 別紙2.

import { type Bytes, bytes, fromHex, hex, u16, utf8 } from '../../base/bytes.ts'
import type { Clock, Entropy, KeyStore } from '../../base/ports.ts'
import { Refusal } from '../../base/refusal.ts'
import { decodeResponse } from '../../codec/apdu.ts'
import { CAT } from '../../codec/cat.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { CardRefused, type Dialogue, run } from '../../protocol/iso7816/index.ts'
import {
  type AdminGate,
  AdminLink,
  type Exchange,
  encodeTrigger,
  FULL_SECURITY,
  PacketSender,
  remotely,
  sendPacket,
  TAR,
} from '../../protocol/ota/index.ts'
import type { Bearer } from './contract.ts'
import { chooseBearer, type DeviceModels, type Use } from './eligibility.ts'
import { openDomain, type SimModel, simKeys } from './model.ts'
import { openChannel, type ProxyChannel, type ProxyOf, type TsmProxy } from './proxy.ts'
import { no } from './refusals.ts'
import { OTA_KEY, packetDek, packetKeysOf, pskOf, simMaster } from './sim-keys.ts'
import type { CarrierStore } from './store.ts'

export interface BearerDeps {
  readonly id: string
  readonly store: CarrierStore
  readonly clock: Clock
  readonly entropy: Entropy
  readonly keys: KeyStore
  readonly proxyOf: ProxyOf
  readonly devices: DeviceModels
  /** Where SIMs call for administration over HTTP. */
  readonly gate: AdminGate
}

/** The rights of the issuer in a domain, and how keys are hidden there. */
export interface AsIssuer extends gp.KeyProtection {
  /** Most bytes of a LOAD. */
  readonly capacity: number
}

interface Sim {
  readonly iccid: string
  readonly model: SimModel
}

/** Room for a LOAD in one packet of a few messages, and in one script. */
const OTA_CAPACITY = 200

/** The bearer for this SIM at this moment. */
async function bearerFor({ proxyOf, devices }: BearerDeps, { iccid, model }: Sim, use: Use): Promise<Bearer> {
  const phone = await proxyOf(iccid)
  if (!phone.connections) return 'proxy'
  const reach = await phone.connections({ iccid })
  const device = devices[reach.deviceModel]
  const bearer = device && chooseBearer(model, device, reach, use)
  if (!bearer) throw no.noBearer({ iccid })
  return bearer
}

/** One dialogue as the issuer, in the domain `aid`. `state` is what a single command does: that goes by message too. */
export const asIssuer =
  (deps: BearerDeps) =>
  async <T>(sim: Sim, aid: Bytes, inner: (as: AsIssuer) => Dialogue<T>, use: Use = 'content'): Promise<T> => {
    const tape = gp.recording()
    try {
      return await asIssuerBy(deps, sim, { aid, inner, tape }, await bearerFor(deps, sim, use))
    } catch (error) {
      const [at, transcript] = [deps.clock(), tape.lines().join('\n')]
      await deps.store.addFailure({ at, iccid: sim.iccid, aid: hex(aid), code: codeOf(error), transcript })
      throw error
    }
  }

interface Spoken<T> {
  readonly aid: Bytes
  readonly inner: (as: AsIssuer) => Dialogue<T>
  readonly tape: gp.Recording
}

async function asIssuerBy<T>(deps: BearerDeps, sim: Sim, { aid, inner, tape }: Spoken<T>, bearer: Bearer): Promise<T> {
  const watched = (as: AsIssuer) => tape.watch(inner(as))
  if (bearer === 'sms') return bySms(deps, sim, watched)
  const channel = await channelBy(deps, sim, aid, bearer)
  try {
    if (bearer === 'proxy') return await run(channel, await inScp(deps, sim, { aid, inner, tape }))
    const { dek } = await pskOf(deps.keys, deps.id, sim.iccid)
    return await run(channel, watched({ dek, scp: 3, capacity: OTA_CAPACITY }))
  } finally {
    await channel.end()
  }
}

/** For operators: the refusal, the status word, or the kind of error; never its text. */
function codeOf(error: unknown): string {
  if (error instanceof Refusal) return error.code
  return error instanceof CardRefused ? `${error.doing} ${hex(u16(error.sw))}` : (error as Error).name
}

/** A channel to the application for whoever has keys there. */
export const channelTo =
  (deps: BearerDeps) =>
  async (sim: Sim, aid: Bytes): Promise<ProxyChannel> => {
    const bearer = await bearerFor(deps, sim, 'content')
    return channelBy(deps, sim, aid, bearer)
  }

const channelBy = (deps: BearerDeps, sim: Sim, aid: Bytes, bearer: Bearer): Promise<ProxyChannel> =>
  bearer === 'https' ? httpChannel(deps, sim, aid) : openChannel(deps.proxyOf, sim.iccid, aid)

async function inScp<T>(
  { id, keys, entropy }: BearerDeps,
  { iccid, model }: Sim,
  { aid, inner, tape }: Spoken<T>,
): Promise<Dialogue<T>> {
  const issuerKeys = simKeys(await simMaster(keys, id, model), iccid, model)
  return (function* () {
    const channel = yield* tape.watch(openDomain(model, { keys: issuerKeys, entropy, aid }))
    const { dek, scp, session } = channel
    return yield* gp.secured(channel, tape.watch(inner({ dek, scp, capacity: session.capacity })))
  })()
}

/** Carries an exchange over the phone's network. The counter is kept before a packet goes out: none is used twice. */
async function exchanged<T>(
  { store }: BearerDeps,
  { iccid }: Sim,
  phone: TsmProxy,
  sender: PacketSender,
  exchange: Exchange<T>,
): Promise<T> {
  let step = exchange.next()
  while (!step.done) {
    await store.setPacketCounter(iccid, sender.counter)
    if (!phone.shortMessages) throw no.noBearer({ iccid })
    const { answer } = await phone.shortMessages({ iccid, messages: [...step.value] })
    step = exchange.next(answer ?? undefined)
  }
  return step.value
}

/** Whom the SIM sees as the sender. */
const FROM = { type: 0x91, digits: '8190' }

async function senderTo(deps: BearerDeps, { iccid }: Sim, tar: Bytes): Promise<PacketSender> {
  const keys = await packetKeysOf(deps.keys, deps.id, iccid)
  const lastCounter = (await deps.store.sim(iccid))?.packet_counter ?? 0
  return new PacketSender({ keys, tar, spi: FULL_SECURITY, from: FROM, lastCounter })
}

/** SCP80 to the issuer's domain, each command a packet. */
async function bySms<T>(deps: BearerDeps, sim: Sim, inner: (as: AsIssuer) => Dialogue<T>): Promise<T> {
  const phone = await deps.proxyOf(sim.iccid)
  const sender = await senderTo(deps, sim, TAR.ram)
  const dek = await packetDek(deps.keys, deps.id, sim.iccid)
  const dialogue = inner({ dek, scp: 3, capacity: OTA_CAPACITY })
  return exchanged(deps, sim, phone, sender, remotely(sender, dialogue))
}

/** How often, and after how long, a SIM calls again when the connection is lost. */
const RETRY = { count: 20, delay: fromHex('000010') }
const BUFFER = 1500
const TCP_CLIENT = 2
const IPV4 = 0x21
const DEFAULT_BEARER = 3

/** A script goes on after these. */
const FINE = [0x90, 0x61, 0x62, 0x63]

/** SCP81: a message asks the SIM to call, and scripts go to it as long as the session lasts. */
async function httpChannel(deps: BearerDeps, sim: Sim, aid: Bytes): Promise<ProxyChannel> {
  const { gate, entropy, keys, id, proxyOf } = deps
  const identity = `${id}-${sim.iccid}`
  const path = `/${hex(entropy(8))}`
  const link = new AdminLink(path, aid)
  const session = {
    psk: (await pskOf(keys, id, sim.iccid)).psk,
    post: link.post.bind(link),
    lost: () => link.end(no.noBearer({ iccid: sim.iccid })),
  }
  const { host, port } = await gate.expect(identity, session)
  const end = async () => {
    link.end()
    gate.forget(identity, session)
  }
  try {
    const trigger = encodeTrigger({
      connection: [
        { tag: CAT.bearer, value: bytes(DEFAULT_BEARER) },
        { tag: CAT.bufferSize, value: u16(BUFFER) },
        { tag: CAT.transport, value: bytes(TCP_CLIENT, ...u16(port)) },
        { tag: CAT.otherAddress, value: bytes(IPV4, ...host.split('.').map(Number)) },
      ],
      identity: utf8(identity),
      keyVersion: OTA_KEY.psk,
      keyId: OTA_KEY.pskId,
      retry: RETRY,
      host,
      uri: path,
    })
    const sender = await senderTo(deps, sim, TAR.adminAgent)
    const phone = await proxyOf(sim.iccid)
    await exchanged(deps, sim, phone, sender, sendPacket(sender, trigger))
  } catch (error) {
    await end()
    throw error
  }
  return {
    transmit: (command) => link.transmit(command),
    script: async (commands) => {
      const responses: Bytes[] = []
      for (const command of commands) {
        const response = await link.transmit(command)
        responses.push(response)
        if (!FINE.includes(decodeResponse(response).sw >> 8)) break
      }
      return responses
    },
    end,
  }
}
