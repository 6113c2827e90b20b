// Lists, OCSP responses and signed documents of the forest before us, OpenSSL and GnuTLS. As in forest.test.ts: who
// disagrees with us does so in a class that stands in disagreements.ts with its reason.

import { describe, expect, test } from 'vitest'
import { decodeCertificate } from '../../src/codec/x509.ts'
import { validatePath } from '../../src/protocol/path-validation/index.ts'
import { judgeSignature } from '../../src/roles/verifier/verify-signature.ts'
import { ANSWERS, type Answer, answerOn, type Reading } from './answers.ts'
import { buildForest, type Chain } from './build.ts'
import { DOCUMENTS, documentBy, type SignedDocument } from './documents.ts'
import { MUTATIONS } from './mutations.ts'
import { expectExplained, has, pem, workFolder } from './peer.ts'

/** The peers know no other clock than the machine's. */
const NOW = new Date(Math.floor(Date.now() / 1000) * 1000)
const { roots, rootLists, chains } = buildForest(1, 1000, NOW)
const trustAnchors = roots.map(decodeCertificate)
const good = chains.filter((chain) => chain.good)
const { put, run } = workFolder()
put('roots.pem', pem('CERTIFICATE', roots))

const judged = (chain: Chain, crls: Chain['crls'], ocspResponses: readonly Uint8Array[] = []) =>
  validatePath({
    certificate: chain.leaf,
    intermediates: chain.between,
    trustAnchors,
    time: NOW,
    purpose: {},
    revocation: { required: true, crls: [...crls, ...rootLists], ocspResponses },
  })
const certificates = ({ id, issued }: Chain): readonly [leaf: string, issuer: string] => [
  put(`leaf-${id}.pem`, pem('CERTIFICATE', [issued.leaf.der])),
  put(`issuer-${id}.pem`, pem('CERTIFICATE', [issued.issuer.der])),
]

/** Two chains of each class that reach an anchor, each with the list of the leaf's issuer. */
const lists = chains.slice(0, 2 * Object.keys(MUTATIONS).length).flatMap((chain) => {
  const { revocation } = judged(chain, chain.crls)
  const list = chain.crls.at(-1)
  return list && revocation[0] && chain.mutation !== 'list missing'
    ? [{ chain, list, relied: revocation[0].status !== 'unknown' }]
    : []
})

describe('lists', () => {
  test('those of two chains of each class; we rely on all but the broken ones', () => {
    expect(lists.length).toBeGreaterThan(80)
    const refused = new Set(lists.filter(({ relied }) => !relied).map(({ chain }) => chain.mutation))
    expect([...refused].toSorted()).toEqual([
      'list by another key',
      'list out of date',
      'list with an unknown critical extension',
    ])
  })

  const differing = (accepts: (list: string, issuer: string) => boolean): string[] =>
    lists
      .filter(({ chain, list, relied }) => {
        const [, issuer] = certificates(chain)
        return accepts(put(`list-${chain.id}.pem`, pem('X509 CRL', [list])), issuer) !== relied
      })
      .map(({ chain }) => chain.mutation)

  test.skipIf(!has('openssl', 'version'))('openssl crl (absent: openssl is not installed)', () =>
    expectExplained(
      'openssl crl',
      differing((list, issuer) =>
        run('openssl', 'crl', '-in', list, '-noout', '-CAfile', issuer).said.includes('verify OK'),
      ),
    ),
  )

  test.skipIf(!has('certtool', '--version'))('certtool --verify-crl (absent: gnutls-bin is not installed)', () =>
    expectExplained(
      'certtool --verify-crl',
      differing(
        (list, issuer) =>
          run('certtool', '--verify-crl', '--load-ca-certificate', issuer, '--infile', list).status === 0,
      ),
    ),
  )
})

const answers = good.slice(0, 4 * Object.keys(ANSWERS).length).map((chain, n) => answerOn(chain, n, NOW))

describe('OCSP responses', () => {
  /** What the response alone says: lists speak of everything but the leaf. */
  const read = ({ chain, list, response }: Answer): Reading => {
    const { status } = judged(chain, [...chain.crls.slice(0, -1), list], [response]).revocation[0]!
    return status === 'notAsked' ? 'unknown' : status
  }

  test('we read four of each kind as they were made', () => {
    expect(answers).toHaveLength(4 * Object.keys(ANSWERS).length)
    expect(answers.filter((one) => read(one) !== one.reading).map(({ kind }) => kind)).toEqual([])
  })

  const files = ({ chain, response }: Answer) =>
    [...certificates(chain), put(`answer-${chain.id}.der`, response)] as const
  const differing = (reads: (answer: Answer) => Reading): string[] =>
    answers.filter((one) => reads(one) !== one.reading).map(({ kind }) => kind)

  test.skipIf(!has('openssl', 'version'))('openssl ocsp (absent: openssl is not installed)', () =>
    expectExplained(
      'openssl ocsp',
      differing((answer) => {
        const [leaf, issuer, response] = files(answer)
        const trusted = ['-CAfile', issuer, '-partial_chain', '-no-CApath', '-no-CAstore']
        const { said } = run(
          'openssl',
          'ocsp',
          '-respin',
          response,
          '-issuer',
          issuer,
          `-${answer.hash}`,
          '-cert',
          leaf,
          ...trusted,
        )
        const relied = said.includes('Response verify OK') && !said.includes('WARNING: Status times invalid')
        const status = new RegExp(`^${leaf}: (good|revoked)$`, 'm').exec(said)?.[1] as Reading | undefined
        return (relied && status) || 'unknown'
      }),
    ),
  )

  test.skipIf(!has('ocsptool', '--version'))('ocsptool (absent: gnutls-bin is not installed)', () =>
    expectExplained(
      'ocsptool',
      differing((answer) => {
        const [leaf, issuer, response] = files(answer)
        const given = ['--load-cert', leaf, '--load-issuer', issuer, '--load-trust', issuer]
        const { status, said } = run('ocsptool', '--verify-response', ...given, '--load-response', response)
        const told = /Certificate Status: (good|revoked)/.exec(said)?.[1] as Reading | undefined
        return (status === 0 && told) || 'unknown'
      }),
    ),
  )
})

const documents = good.slice(0, 6 * Object.keys(DOCUMENTS).length).map((chain, n) => documentBy(chain, n, NOW))

describe('signed documents', () => {
  const accepted = ({ chain, cms }: SignedDocument): boolean => {
    const { verdict, signed } = judgeSignature(cms)
    const between = signed?.document.certificates.map(({ raw }) => raw) ?? []
    return verdict.outcome === 'passed' && judged({ ...chain, between }, chain.crls).outcome === 'passed'
  }

  test('we judge six of each kind as they were made', () => {
    expect(documents).toHaveLength(6 * Object.keys(DOCUMENTS).length)
    expect(documents.filter((one) => accepted(one) !== one.good).map(({ kind }) => kind)).toEqual([])
  })

  const differing = (accepts: (cms: string) => boolean): string[] =>
    documents
      .filter(({ chain, cms, good: expected }) => {
        return accepts(put(`document-${chain.id}.der`, cms)) !== expected
      })
      .map(({ kind }) => kind)

  test.skipIf(!has('openssl', 'version'))('openssl cms (absent: openssl is not installed)', () =>
    expectExplained(
      'openssl cms',
      differing((cms) => {
        const given = ['-inform', 'DER', '-in', cms, '-binary', '-out', 'content']
        const asked = ['-CAfile', 'roots.pem', '-purpose', 'any', '-cades']
        return run('openssl', 'cms', '-verify', ...given, ...asked).status === 0
      }),
    ),
  )

  test.skipIf(!has('certtool', '--version'))('certtool --p7-verify (absent: gnutls-bin is not installed)', () =>
    expectExplained(
      'certtool --p7-verify',
      differing((cms) => {
        const asked = ['--p7-verify', '--inder', '--load-ca-certificate', 'roots.pem', '--infile', cms]
        return run('certtool', ...asked).status === 0
      }),
    ),
  )
})
