// What anyone may fetch from the authority: trust anchors, revocation lists, OCSP. As links, and as the answers to them.

import { Hono } from 'hono'
import type { VNode } from 'preact'
import type { Bytes } from '../../../base/bytes.ts'
import type { CertificateKind } from '../../../roles/authority/contract.ts'
import { a, code, li, ul } from '../tags.ts'
import type { Viewer } from '../viewer.ts'
import type { WebWorld } from '../world.ts'

const KINDS = ['auth', 'sign'] as const satisfies CertificateKind[]

export function publications({ t }: Viewer, { municipalities }: WebWorld): VNode {
  const cas = KINDS.map((kind) => [`/authority/ca/${kind}.cer`, t.authority.caOf(t.authority[kind])] as const)
  const crls = KINDS.flatMap((kind) =>
    municipalities.map(
      (place) => [`/authority/crl/${kind}/${place}.crl`, t.authority.crlOf(t.authority[kind], place)] as const,
    ),
  )
  const ocsp = KINDS.map((kind) => [`/authority/ocsp/${kind}`, t.authority.ocspOf(t.authority[kind])] as const)
  return ul(
    { class: 'links' },
    ...[...cas, ...crls].map(([href, text]) => li({}, a({ href }, text))),
    ...ocsp.map(([address, text]) => li({}, `${text}: `, code({}, address))),
  )
}

const OCSP_LIMIT = 64 * 1024

export function published({ authority }: WebWorld): Hono {
  const app = new Hono()
  app.get('/ca/:file{(auth|sign)\\.cer}', async (c) => {
    const anchors = await authority.caCertificates({})
    return file(anchors[kindOf(c.req.param('file'))], 'application/pkix-cert')
  })
  app.get('/crl/:kind{auth|sign}/:file{[0-9]{5}\\.crl}', async (c) => {
    const { crl } = await authority.crl({
      kind: kindOf(c.req.param('kind')),
      municipalityCode: c.req.param('file').slice(0, 5),
    })
    return file(crl, 'application/pkix-crl')
  })
  // RFC 6960 Appendix A.1.
  app.post('/ocsp/:kind{auth|sign}', async (c) => {
    if (c.req.header('content-type') !== 'application/ocsp-request') return c.body(null, 415)
    const request = new Uint8Array(await c.req.arrayBuffer())
    if (request.length > OCSP_LIMIT) return c.body(null, 413)
    const { response } = await authority.ocsp({ kind: kindOf(c.req.param('kind')), request })
    return file(response, 'application/ocsp-response')
  })
  return app
}

const kindOf = (text: string): CertificateKind => (text.startsWith('sign') ? 'sign' : 'auth')

const file = (content: Bytes, type: string): Response =>
  new Response(new Uint8Array(content), { headers: { 'Content-Type': type } })
