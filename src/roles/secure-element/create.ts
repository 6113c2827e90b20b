// A card woken over its memory.

import { equal } from '../../base/bytes.ts'
import { generateKeyPair } from '../../base/crypto.ts'
import { transmissionProtocols } from '../../codec/atr.ts'
import { AID } from '../../protocol/globalplatform/registry.ts'
import type { Applet } from './applet.ts'
import { Authentication } from './authentication.ts'
import { Card } from './card.ts'
import type { CardServices } from './card-services.ts'
import { Channels } from './channels.ts'
import type { CardParts, SecureElement } from './contract.ts'
import { appletScope, NATIVE } from './native.ts'
import { Records } from './records.ts'
import { type Application, isSecurityDomain, Registry } from './registry.ts'
import type { ScpParameters } from './scp-parameter.ts'
import { SecurityDomain } from './security-domain.ts'

/** Gives power to the card whose image `memory` holds (see `manufactureCard`). Throws when there is none. */
export function createCard({ memory, entropy, keyPairs = generateKeyPair }: CardParts): SecureElement {
  const records = new Records(memory)
  const registry = new Registry(records)
  const [atr, diversificationData] = [records.get('card/atr'), records.get('card/diversification')]
  if (!atr || !diversificationData) throw new Error('the memory holds no card')
  const instantiate = (app: Application): Applet | undefined => {
    if (isSecurityDomain(app)) return new SecurityDomain(services, app)
    const native = registry.loadFile(app.loadFile)?.native
    const scope = records.scoped(appletScope(app.aid))
    const secureChannel = () => new Authentication(services, app)
    return native ? NATIVE[native]?.({ aid: app.aid, records: scope, entropy, keyPairs, secureChannel }) : undefined
  }
  const knows: CardServices['knows'] = (file) => equal(file.aid, AID.ssdPackage) || (file.native ?? '') in NATIVE
  const [scp02] = records.get('card/scp02') ?? []
  const [scp03] = records.get('card/scp03') ?? []
  const scp: ScpParameters = { ...(scp02 && { scp02 }), ...(scp03 !== undefined && { scp03 }) }
  const channels = new Channels(records.get('card/channels')?.[0] ?? 1, !transmissionProtocols(atr).includes(1))
  const selected: CardServices['selected'] = (aid) => channels.selects(aid)
  const undo = () => records.rollback()
  const services: CardServices = { registry, entropy, diversificationData, scp, instantiate, knows, selected, undo }
  const card = new Card(records, services, channels)
  const process = (command: Uint8Array) => card.process(command)
  return { atr, process, reset: () => card.reset(), link: () => ({ transmit: async (command) => process(command) }) }
}
