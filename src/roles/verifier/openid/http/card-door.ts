// The card by TLS: a browser whose PC/SC middleware has the My Number Card shows its certificate to this server and nobody
// else. The handshake is signed by the card's key after its PIN; which login it is for, the cookie of the browser says, and
// that is the page where the person saw who asks. RFC 8446 §4.4.3; RFC 5246 §7.4.8 for middleware without RSASSA-PSS.

import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { STILL_MS } from '../../../../adapters/http/index.ts'
import { decodeCertificate } from '../../../../codec/x509.ts'
import { type AnsweringDeps, answered, type Possession } from '../../answer-login.ts'
import { waitingLogin } from '../../end-login.ts'
import type { OpenId } from '../http.ts'

interface Shown {
  readonly key: string
  readonly cert: string
}

export interface CardDoorOptions extends AnsweringDeps {
  readonly openId: Pick<OpenId, 'interactionOf' | 'finishAddress' | 'refuse' | 'handler'>
  /** PEM, for the name by which browsers know the provider: the cookie is for that name, on any port. */
  readonly tls: Shown & { readonly follow?: (take: (next: Shown) => void) => void }
  readonly host: string
  readonly port: number
}

export interface CardDoor {
  readonly port: number
  close(): void
}

const inHandshake: Possession = {
  name: 'the TLS handshake was signed by the key of the certificate',
  cite: 'RFC 8446 §4.4.3',
  test: ({ login }) => ['passed', `login ${login.loginId} at ${login.origin}, by the browser that began it`],
}

/**
 * TLS 1.3 demands RSASSA-PSS of a client's RSA key, which the card's middleware has not: whoever offers it here would send
 * away every card. RFC 8446 §4.2.3; RFC 5246 §7.4.1.4.1.
 */
const FOR_CARDS = { maxVersion: 'TLSv1.2', sigalgs: 'RSA+SHA256:ECDSA+SHA256:ECDSA+SHA384' } as const

/** `https://<name>:<port>/…/interaction/<uid>/card`; everything else is the provider's, for tokens bound to certificates. */
export async function cardDoor(options: CardDoorOptions): Promise<CardDoor> {
  const { openId, tls, host, port } = options
  // Who issued the certificate is judged with all the rest of it; TLS sees to the proof of its key.
  const ca = await authorities(options)
  const shown = ({ key, cert }: Shown) => ({ key, cert, ca, ...FOR_CARDS })
  const server = createServer({ ...shown(tls), requestCert: true, rejectUnauthorized: false })
  tls.follow?.((next) => server.setSecureContext(shown(next)))
  server.timeout = STILL_MS
  server.on('request', (req, res) => {
    const [, uid] = /\/interaction\/([\w-]+)\/card$/.exec(req.url ?? '') ?? []
    if (!uid || req.method !== 'GET') return void openId.handler(req, res)
    void openId.refuse(res, async () => {
      const login = await openId.interactionOf(req, res, uid)
      const shown = (req.socket as TLSSocket).getPeerX509Certificate()
      if (shown)
        await answered(options, await waitingLogin(options, login.loginId), new Uint8Array(shown.raw), inHandshake)
      res.writeHead(303, { location: openId.finishAddress(uid), 'cache-control': 'no-store' }).end()
    })
  })
  server.listen(port, host)
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject))
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** Tells browsers which of their certificates is wanted. RFC 8446 §4.2.4. */
async function authorities({ authority }: AnsweringDeps): Promise<string[]> {
  const { auth, earlier } = await authority.caCertificates({})
  return [auth, ...earlier.auth].map((encoded) => {
    const base64 = Buffer.from(decodeCertificate(encoded).raw).toString('base64')
    return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`
  })
}
