// A thousand chains, good and bad, before us, OpenSSL, Go and GnuTLS. Who disagrees with us does so in a class that stands
// in disagreements.ts with its reason; a disagreement without a reason fails, and so does a reason without one.

import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { OID } from '../../src/codec/oid.ts'
import { decodeCertificate } from '../../src/codec/x509.ts'
import { validatePath } from '../../src/protocol/path-validation/index.ts'
import { buildForest, type Chain } from './build.ts'
import { MUTATIONS } from './mutations.ts'
import { base64, expectExplained, has, pem, workFolder } from './peer.ts'

/** The peers know no other clock than the machine's, so that the forest grows around now. */
const NOW = new Date(Math.floor(Date.now() / 1000) * 1000)
const { roots, rootLists, chains } = buildForest(1, 1000, NOW)
const trustAnchors = roots.map(decodeCertificate)

const { put, run } = workFolder()

const ours = new Map(
  chains.map((chain) => {
    const { outcome, checks } = validatePath({
      certificate: chain.leaf,
      intermediates: chain.between,
      trustAnchors,
      time: NOW,
      purpose: { extendedKeyUsage: [OID.clientAuth], ...(chain.policy && { policies: [chain.policy] }) },
      revocation: { required: true, crls: [...chain.crls, ...rootLists] },
    })
    const why = checks.filter((check) => check.outcome !== 'passed').map(({ name }) => name)
    return [chain, { passed: outcome === 'passed', why }]
  }),
)

test('we judge each as it was made', () => {
  expect(chains).toHaveLength(1000)
  const wrong = chains.filter((chain) => ours.get(chain)!.passed !== chain.good)
  expect(wrong.map(({ id, mutation }) => ({ id, mutation, why: ours.get(chains[id]!)!.why }))).toEqual([])
  expect(new Set(chains.map(({ mutation }) => mutation)).size).toBe(Object.keys(MUTATIONS).length)
})

/** The classes in which a peer and we differ, among the chains that it was given; each whole, or as it says. */
const differences = (given: readonly Chain[], accepts: (chain: Chain) => boolean): string[] =>
  given.filter((chain) => accepts(chain) !== ours.get(chain)!.passed).map(({ mutation }) => mutation)

describe.skipIf(!has('openssl', 'version'))('openssl verify (absent: openssl is not installed)', () => {
  /** Every chain in one store; names keep them apart. One process for each policy that is asked for. */
  function accepted(group: readonly Chain[], ...options: string[]): Set<number> {
    const leaves = group.map(({ id, leaf }) => put(`leaf-${id}.pem`, pem('CERTIFICATE', [leaf])))
    const files = ['-CAfile', 'roots.pem', '-untrusted', 'between.pem', '-CRLfile', 'lists.pem', '-crl_check_all']
    const asked = ['-purpose', 'sslclient', '-attime', String(NOW.getTime() / 1000), ...options]
    const { stdout } = run('openssl', 'verify', ...files, ...asked, ...leaves)
    return new Set([...stdout.matchAll(/^leaf-(\d+)\.pem: OK$/gm)].map(([, id]) => Number(id)))
  }

  test('differs where it is said', () => {
    put('roots.pem', pem('CERTIFICATE', roots))
    put(
      'between.pem',
      pem(
        'CERTIFICATE',
        chains.flatMap(({ between }) => between),
      ),
    )
    put('lists.pem', pem('X509 CRL', [...rootLists, ...chains.flatMap(({ crls }) => crls)]))
    const groups = Map.groupBy(chains, ({ policy }) => policy)
    const good = [...groups].map(([policy, group]) =>
      accepted(group, ...(policy ? ['-policy', policy, '-explicit_policy'] : [])),
    )
    const all = new Set(good.flatMap((ids) => [...ids]))
    expectExplained(
      'openssl',
      differences(chains, ({ id }) => all.has(id)),
    )
  })
})

describe.skipIf(!has('go', 'version'))('Go crypto/x509 (absent: go is not installed)', () => {
  test('differs where it is said', () => {
    const input = JSON.stringify({
      at: NOW,
      roots: roots.map(base64),
      rootLists: rootLists.map(base64),
      chains: chains.map(({ leaf, between, crls }) => ({
        leaf: base64(leaf),
        between: between.map(base64),
        crls: crls.map(base64),
      })),
    })
    const env = { ...process.env, GODEBUG: 'x509negativeserial=0,x509sha1=0' }
    const { stdout, stderr, status } = spawnSync('go', ['run', 'peers/forest/verify.go'], {
      input,
      env,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    })
    expect([status, stderr]).toEqual([0, ''])
    const verdicts = JSON.parse(stdout) as string[]
    expectExplained(
      'go',
      differences(chains, ({ id }) => verdicts[id] === ''),
    )
  })
})

describe.skipIf(!has('certtool', '--version'))('GnuTLS certtool (absent: gnutls-bin is not installed)', () => {
  test('differs where it is said, two chains of each class', () => {
    put('roots.pem', pem('CERTIFICATE', roots))
    const classes = Object.keys(MUTATIONS).length
    const given = chains.slice(0, 2 * classes).filter(({ policy }) => !policy)
    const accepts = ({ id, leaf, between }: Chain): boolean => {
      const file = put(`chain-${id}.pem`, pem('CERTIFICATE', [leaf, ...between.toReversed()]))
      const asked = ['--load-ca-certificate', 'roots.pem', '--verify-purpose', OID.clientAuth]
      return run('certtool', '--verify', ...asked, '--infile', file).status === 0
    }
    expectExplained('gnutls', differences(given, accepts))
  })
})
