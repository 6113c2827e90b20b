// A secured packet on the card: for whom, under which keys, fresh or not, and what its content does.
// ETSI TS 102 225 §5; ETSI TS 102 226 §4. The counter is written in the same transaction as what the packet does.

import { type Bytes, bytes, concat, equal, NO_BYTES, u16 } from '../../../base/bytes.ts'
import { CodecError } from '../../../codec/codec-error.ts'
import { decodeScript, encodeScriptAnswer } from '../../../codec/remote-script.ts'
import { decodeCommandPacket, PACKET_STATUS, type ReceivedCommand } from '../../../codec/secured-packet.ts'
import { SW } from '../../../codec/sw.ts'
import {
  openCommand,
  type PacketKeys,
  PacketRefused,
  plainResponse,
  protectResponse,
} from '../../../protocol/ota/scp80.ts'
import { TAR } from '../../../protocol/ota/toolkit-parameters.ts'
import type { CardServices } from '../card-services.ts'
import type { Records } from '../records.ts'
import { type Application, isLocked, isSecurityDomain } from '../registry.ts'
import { StatusError } from '../status-error.ts'
import { keeperOf, packetKeys, packetScriptKeys } from './packet-keys.ts'
import { applicationOf, secureEnough } from './remote-access.ts'
import type { RemoteDomains } from './remote-domains.ts'
import { runScript } from './remote-script.ts'

const COUNTER_MAX = 0xff_ffff_ffff
/** Tag of an administration session trigger. GPC-B Table 3-3. */
const TRIGGER = 0x81

export interface PacketAnswer {
  /** Response packet, RPL first. */
  readonly packet: Bytes
  readonly bySubmit: boolean
}

export interface RemoteManagementParts {
  readonly records: Records
  readonly card: CardServices
  readonly domains: RemoteDomains
  /** Begins an administration session over HTTP for this domain. Throws `StatusError` or `CodecError`. */
  readonly trigger: (domain: Application, parameters: Bytes) => void
}

interface Opened {
  readonly app: Application
  readonly keys: PacketKeys
  readonly counter: number
  readonly data: Bytes
}

export class RemoteManagement {
  readonly #parts: RemoteManagementParts

  constructor(parts: RemoteManagementParts) {
    this.#parts = parts
  }

  /** Undefined when no answer is asked for. Throws `CodecError` for what is no packet at all. */
  receive(from: Bytes): PacketAnswer | undefined {
    const packet = decodeCommandPacket(from)
    try {
      const opened = this.#open(packet)
      const { status, data } = this.#judge(packet, opened)
      if (!asks(packet, status)) return undefined
      const { counter, keys } = opened
      const answer = protectResponse({ tar: packet.tar, counter, status, data }, packet.spi, packet.kid, keys)
      return { packet: answer, bySubmit: packet.spi.answerBySubmit }
    } catch (error) {
      if (!(error instanceof PacketRefused)) throw error
      // Nothing is computed with a key for whoever is not known, and no message is sent for him.
      const { status } = error
      const answer = plainResponse({ tar: packet.tar, counter: 0, status, data: NO_BYTES })
      return asks(packet, status) ? { packet: answer, bySubmit: false } : undefined
    }
  }

  /** Everything before the packet is known to be genuine. */
  #open(packet: ReceivedCommand): Opened {
    const { registry } = this.#parts.card
    const app = applicationOf(registry, packet.tar)
    if (!app || isLocked(app)) throw new PacketRefused(PACKET_STATUS.tarUnknown)
    if (!secureEnough(registry, app, packet.spi)) throw new PacketRefused(PACKET_STATUS.insufficientSecurity)
    const keys = packetKeys(registry, keeperOf(app), packet.kic, packet.kid)
    if (!keys) throw new PacketRefused(PACKET_STATUS.unidentifiedSecurity)
    return { app, keys, ...openCommand(packet, keys) }
  }

  #judge({ spi, tar }: ReceivedCommand, opened: Opened): { status: number; data: Bytes } {
    const { registry } = this.#parts.card
    const [domain, { version }] = [keeperOf(opened.app), opened.keys]
    const status = counterStatus(registry.packetCounter(domain, version), opened.counter, spi.counter === 'next')
    if (status !== PACKET_STATUS.ok) return { status, data: NO_BYTES }
    registry.setPacketCounter(domain, version, opened.counter)
    return { status, data: this.#act(tar, opened) }
  }

  #act(tar: Bytes, { app, keys, data }: Opened): Bytes {
    const toAgent = equal(tar, TAR.adminAgent)
    if (toAgent || (data[0] === TRIGGER && isSecurityDomain(app))) return statusOf(() => this.#trigger(app, data))
    const { records, card, domains } = this.#parts
    const target = domains.at(app, packetScriptKeys(keeperOf(app), keys.version))
    if (!target) return statusOf(() => refuse(new StatusError(SW.CONDITIONS)))
    try {
      const script = decodeScript(data)
      return encodeScriptAnswer(script.format, runScript({ records, memory: card.memory }, target, script))
    } catch (error) {
      if (error instanceof CodecError) return statusOf(() => refuse(error))
      throw error
    }
  }

  #trigger(app: Application, data: Bytes): void {
    this.#parts.records.attempt(() => this.#parts.trigger(app, data))
  }
}

function refuse(error: CodecError | StatusError): never {
  throw error
}

/** Like the answer of a compact script of one command. Ours: docs/profile.md#over-the-air. */
function statusOf(act: () => void): Bytes {
  const answer = (sw: number) => concat(bytes(1), u16(sw))
  try {
    act()
    return answer(SW.OK.sw)
  } catch (error) {
    if (error instanceof StatusError) return answer(error.sw)
    if (error instanceof CodecError) return answer(SW.WRONG_DATA.sw)
    throw error
  }
}

/** ETSI TS 102 225 §5.1.4. */
function counterStatus(last: number, counter: number, exactly: boolean): number {
  if (last === COUNTER_MAX) return PACKET_STATUS.counterBlocked
  if (counter <= last) return PACKET_STATUS.counterLow
  return exactly && counter > last + 1 ? PACKET_STATUS.counterHigh : PACKET_STATUS.ok
}

const asks = ({ spi }: ReceivedCommand, status: number): boolean =>
  spi.answer === 'always' || (spi.answer === 'onError' && status !== PACKET_STATUS.ok)
