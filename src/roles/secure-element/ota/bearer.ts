// The card's bearers joined: the toolkit drives the terminal, short messages bring packets, an agent calls servers.
// Seed 4 別紙2 (OTA). What a card without a terminal has none of.

import { NO_BYTES } from '../../../base/bytes.ts'
import type { Command, Response } from '../../../codec/apdu.ts'
import { type CatObject, TEMPLATE } from '../../../codec/cat.ts'
import type { CardServices } from '../card-services.ts'
import type { Records } from '../records.ts'
import { AdminAgent } from './admin-agent.ts'
import { RemoteDomains } from './remote-domains.ts'
import { RemoteManagement, type RemoteManagementParts } from './remote-management.ts'
import { SmsDownload } from './sms-download.ts'
import { Toolkit } from './toolkit.ts'

export class Bearer {
  readonly #toolkit = new Toolkit()
  readonly #domains: RemoteDomains
  readonly #sms: SmsDownload
  readonly #agent: AdminAgent

  constructor(records: Records, card: CardServices) {
    this.#domains = new RemoteDomains(card)
    const shared = { records, card, domains: this.#domains }
    this.#agent = new AdminAgent({ ...shared, toolkit: this.#toolkit })
    const trigger: RemoteManagementParts['trigger'] = (domain, data) => this.#agent.trigger(domain, data)
    this.#sms = new SmsDownload(new RemoteManagement({ ...shared, trigger }), this.#toolkit)
    const silently = (act: (objects: readonly CatObject[]) => void) => (objects: readonly CatObject[]) => {
      act(objects)
      return NO_BYTES
    }
    const handlers = {
      [TEMPLATE.smsPpDownload]: (objects: readonly CatObject[]) => this.#sms.receive(objects),
      [TEMPLATE.eventDownload]: silently((objects) => this.#agent.happened(objects)),
      [TEMPLATE.timerExpiration]: silently((objects) => this.#agent.timeIsUp(objects)),
    }
    this.#toolkit.serve(handlers, () => this.#agent.started())
  }

  takes(c: Command): boolean {
    return this.#toolkit.takes(c)
  }

  process(c: Command): Response {
    return this.#toolkit.process(c)
  }

  reset(): void {
    this.#toolkit.reset()
    this.#domains.reset()
    this.#sms.reset()
    this.#agent.reset()
  }
}
