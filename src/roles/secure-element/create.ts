// A card woken over its memory.

import { generateKeyPair, type KeyKind, type KeyPair } from '../../base/crypto.ts'
import { transmissionProtocols } from '../../codec/atr.ts'
import { SW } from '../../codec/sw.ts'
import type { Applet, AppletContext } from './applet.ts'
import { Authentication } from './authentication.ts'
import { Card } from './card.ts'
import { decodeProfile } from './card-profile.ts'
import type { CardServices } from './card-services.ts'
import { Channels } from './channels.ts'
import type { CardParts, SecureElement } from './contract.ts'
import { MemoryBudget } from './memory-budget.ts'
import { appletScope, NATIVE } from './native.ts'
import { Bearer } from './ota/bearer.ts'
import { Records } from './records.ts'
import { type Application, isSecurityDomain, Registry } from './registry.ts'
import { SecurityDomain } from './security-domain.ts'
import { setOwnState, setStatus } from './set-status.ts'
import { StatusError } from './status-error.ts'

/** Gives power to the card whose image `memory` holds (see `manufactureCard`). Throws when there is none. */
export function createCard({ memory, entropy, keyPairs = generateKeyPair }: CardParts): SecureElement {
  const records = new Records(memory)
  const registry = new Registry(records)
  const [atr, diversificationData] = [records.get('card/atr'), records.get('card/diversification')]
  const profileRecord = records.get('card/profile')
  if (!atr || !diversificationData || !profileRecord) throw new Error('the memory holds no card')
  const profile = decodeProfile(profileRecord)
  const chip = (kind: KeyKind): KeyPair => {
    if (!profile.keyGeneration.includes(kind)) throw new StatusError(SW.FUNCTION_NOT_SUPPORTED)
    return keyPairs(kind)
  }
  const instantiate = (app: Application): Applet | undefined => {
    if (isSecurityDomain(app)) return new SecurityDomain(services, app)
    const native = registry.loadFile(app.loadFile)?.native
    const scope = records.scoped(appletScope(app.aid))
    const secureChannel = () => new Authentication(services, app)
    const { aid, parameters = [] } = app
    const status: Pick<AppletContext, 'setOwnState' | 'setStatus'> = {
      setOwnState: (state) => setOwnState(registry, aid, state),
      setStatus: (command) => setStatus(registry, registry.application(aid) ?? app, command),
    }
    return native
      ? NATIVE[native]?.({ aid, records: scope, parameters, entropy, keyPairs: chip, secureChannel, ...status })
      : undefined
  }
  const channels = new Channels(profile.channels, !transmissionProtocols(atr).includes(1))
  const budget = new MemoryBudget(records, registry, profile.memory)
  const selected: CardServices['selected'] = (aid) => channels.selects(aid)
  const undo = () => records.rollback()
  const services: CardServices = {
    ...{ registry, entropy, diversificationData, profile, memory: budget },
    ...{ instantiate, selected, undo },
  }
  const bearer = records.get('card/toolkit') ? new Bearer(records, services) : undefined
  const card = new Card(records, services, channels, bearer)
  const process = (command: Uint8Array) => card.process(command)
  return { atr, process, reset: () => card.reset(), link: () => ({ transmit: async (command) => process(command) }) }
}
