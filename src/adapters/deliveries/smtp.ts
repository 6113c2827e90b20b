// Mail by SMTP submission (RFC 6409), over TLS unless the server is this machine. The message id makes a second copy
// recognisable (RFC 5322 §3.6.4).

import { isLoopback } from '../../base/loopback.ts'
import { type Gateway, NeverDelivered } from './gateway.ts'

export interface SmtpSettings {
  /** smtps://user:password@host:465, or smtp://…:587 with STARTTLS. */
  readonly url: string
  /** "Name <address>". */
  readonly from: string
}

const TIMEOUT_MS = 20_000
interface SmtpError {
  readonly responseCode?: number
  readonly command?: string
}

/** RFC 5321 §4.2.1: 5yz is for good, where it is about this mail and not about who we are. */
const aboutTheMail = ({ responseCode = 0, command = '' }: SmtpError): boolean =>
  responseCode >= 500 && ['MAIL FROM', 'RCPT TO', 'DATA'].includes(command)

export function smtpGateway({ url, from }: SmtpSettings): Gateway {
  const { hostname } = new URL(url)
  const domain = /@([^>]+)/.exec(from)?.[1] ?? 'localhost'
  const times = { connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS }
  return {
    give: async ({ id, to, subject, text }) => {
      const { createTransport } = await import('nodemailer')
      const transport = createTransport({ url, requireTLS: !isLoopback(hostname), logger: false, ...times })
      try {
        const messageId = `<${id}@${domain}>`
        await transport.sendMail({
          from,
          to,
          subject,
          text,
          messageId,
          disableFileAccess: true,
          disableUrlAccess: true,
        })
      } catch (error) {
        if (aboutTheMail(error as SmtpError)) throw new NeverDelivered(`smtp ${(error as SmtpError).responseCode}`)
        throw error
      } finally {
        transport.close()
      }
    },
  }
}
