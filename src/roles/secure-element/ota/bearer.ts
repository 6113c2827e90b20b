// The card's bearers joined: the toolkit drives the terminal, short messages bring packets, packets manage domains.
// Seed 4 別紙2 (OTA). What a card without a terminal has none of.

import type { Command, Response } from '../../../codec/apdu.ts'
import { ENVELOPE } from '../../../codec/cat.ts'
import { SW } from '../../../codec/sw.ts'
import type { CardServices } from '../card-services.ts'
import type { Records } from '../records.ts'
import { StatusError } from '../status-error.ts'
import { RemoteDomains } from './remote-domains.ts'
import { RemoteManagement } from './remote-management.ts'
import { SmsDownload } from './sms-download.ts'
import { Toolkit } from './toolkit.ts'

export class Bearer {
  readonly #toolkit = new Toolkit()
  readonly #domains: RemoteDomains
  readonly #sms: SmsDownload

  constructor(records: Records, card: CardServices) {
    this.#domains = new RemoteDomains(card)
    const trigger = () => {
      throw new StatusError(SW.FUNCTION_NOT_SUPPORTED)
    }
    const management = new RemoteManagement({ records, card, domains: this.#domains, trigger })
    this.#sms = new SmsDownload(management, this.#toolkit)
    this.#toolkit.serve({ [ENVELOPE.smsPpDownload]: (objects) => this.#sms.receive(objects) }, () => undefined)
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
  }
}
