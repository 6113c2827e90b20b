// Which gateways the environment names. None: everything lies in the outbox, as on a laptop.

import type { DeliveryWay } from '../../base/ports.ts'
import { refusals } from '../../base/refusal.ts'
import type { Gateway } from './gateway.ts'
import { smppGateway } from './smpp.ts'
import { smtpGateway } from './smtp.ts'

const noGateway = refusals('gateway', {
  badAddress: [400, 'a gateway’s address has another form: docs/operations.md'],
})

/** Throws when a setting is there and wrong: a code that goes nowhere is worse than no start. */
export function gatewaysOf(environment: Readonly<Record<string, string | undefined>>) {
  const {
    KAZASU_SMTP_URL: smtp,
    KAZASU_MAIL_FROM: mailFrom,
    KAZASU_SMPP_URL: smpp,
    KAZASU_SMS_FROM: smsFrom,
  } = environment
  const gateways: Partial<Record<DeliveryWay, Gateway>> = {}
  if (smtp) {
    if (!/^smtps?:\/\/[^/]+$/.test(smtp) || !mailFrom?.includes('@'))
      throw noGateway.badAddress({ setting: 'KAZASU_SMTP_URL' })
    gateways.mail = smtpGateway({ url: smtp, from: mailFrom })
  }
  if (smpp) {
    if (!/^smpps?:\/\/[^/]+$/.test(smpp) || !smsFrom) throw noGateway.badAddress({ setting: 'KAZASU_SMPP_URL' })
    gateways.sms = smppGateway({ url: smpp, from: smsFrom })
  }
  return gateways
}
