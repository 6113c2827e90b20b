// Links to what anyone may fetch from the authority: trust anchors, revocation lists, OCSP.

import type { VNode } from 'preact'
import type { CertificateKind } from '../../../roles/authority/contract.ts'
import { a, code, li, ul } from '../tags.ts'
import type { Viewer } from '../viewer.ts'
import type { WebWorld } from '../world.ts'

const KINDS = ['auth', 'sign'] as const satisfies CertificateKind[]

export function publications({ t }: Viewer, { municipalities }: WebWorld): VNode {
  const cas = KINDS.map((kind) => [`/authority/ca/${kind}`, t.authority.caOf(t.authority[kind])] as const)
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
