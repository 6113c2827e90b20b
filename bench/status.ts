// What says whether a certificate is revoked: a CRL of a million, a filter, answers that are signed now, and answers that
// are ready, over HTTP beside nginx and beside openssl's responder. Needs wrk, nginx and openssl for the last.

import { systemEntropy } from '../src/adapters/random.ts'
import { softHsmMissing } from '../src/adapters/testing/soft-hsm.ts'
import { privateKey, sha256, sign } from '../src/base/crypto.ts'
import { assembleCrl, encodeTbsCertList, entryWriter } from '../src/codec/crl.ts'
import { certId, decodeOcspResponse, encodeOcspRequest } from '../src/codec/ocsp.ts'
import { saltOf } from '../src/codec/revocation-filter.ts'
import { encodeRibbon } from '../src/codec/ribbon.ts'
import { authorityKeyIdentifier } from '../src/protocol/jpki-profile/index.ts'
import { testCa } from '../src/protocol/jpki-profile/test-authority.ts'
import { entropyBound, filterBuilder } from '../src/protocol/revocation-filter/index.ts'
import { type Bench, must } from './harness.ts'
import { besideRawSigning, IN_FLIGHT, percent } from './raw-signing.ts'
import { hsmKeys, keysInProcess, type SigningKeys } from './signing-keys.ts'
import { cpuOf, type Load, load, loadClosing, nginxServing, opensslResponder, statusSite } from './status-site.ts'

const MILLION = 1_000_000
const REASONS = ['affiliationChanged', 'superseded', 'cessationOfOperation', 'keyCompromise'] as const
const serialOf = (i: number) => BigInt(0x1000000 + i * 97)

export const crlMillion: Bench = {
  name: 'crl',
  unit: 'one CRL of a million entries, from serial numbers and times to its signature',
  floorIs: 'SHA-256 and one RSA-2048 signature over 37 MB',
  batch: 1,
  prepare: async () => {
    const ca = testCa('auth', 'RSA-2048')
    const key = privateKey(ca.pkcs8)
    const at = new Date('2026-06-01T00:00:00Z')
    let [octets, memory] = [0, 0]
    const once = () => {
      const entries = entryWriter()
      for (let i = 0; i < MILLION; i++)
        entries.add({
          serialNumber: serialOf(i),
          revokedAt: new Date(at.getTime() - i * 97_000),
          reason: REASONS[i & 3]!,
        })
      const tbs = encodeTbsCertList({
        signatureAlgorithm: 'RSA-SHA256',
        issuer: ca.certificate.subject,
        thisUpdate: at,
        nextUpdate: new Date(at.getTime() + 86_400_000),
        revoked: entries.bytes(),
        crlNumber: 1n,
        authorityKeyIdentifier: authorityKeyIdentifier(ca.certificate),
      })
      octets = assembleCrl(tbs, 'RSA-SHA256', sign('RSA-SHA256', key, tbs)).length
      memory = Math.max(memory, process.memoryUsage().rss)
    }
    const blob = new Uint8Array(37_000_000)
    const times = (work: () => unknown) => async (count: number) => {
      for (let i = 0; i < count; i++) work()
      return undefined
    }
    return {
      work: times(once),
      floor: times(() => sign('RSA-SHA256', key, blob)),
      notes: () => [
        `${octets.toLocaleString('en')} octets; at most ${Math.round(memory / 2 ** 20)} MiB resident (bars: 1 s, 500 MB)`,
      ],
    }
  },
}

export const filterMillion: Bench = {
  name: 'filter',
  unit: 'the tables of a revocation filter of a million certificates, a hundred thousand of them revoked',
  floorIs: 'a SHA-256 of each of their serial numbers',
  batch: 1,
  prepare: async () => {
    const revoked = Array.from({ length: MILLION / 10 }, (_, i) => serialOf(10 * i))
    let octets = 0
    const once = () => {
      const builder = filterBuilder(revoked, (MILLION * 9) / 10, saltOf(systemEntropy(16)))
      for (let i = 0; i < MILLION; i++) if (i % 10 !== 0) builder.addValid(serialOf(i))
      const { coarse, exact, issued } = builder.tables()
      must(issued === MILLION, 'the count')
      octets = encodeRibbon(coarse).length + encodeRibbon(exact).length
    }
    const serial = new Uint8Array(4)
    return {
      work: async (count) => {
        for (let i = 0; i < count; i++) once()
        return undefined
      },
      floor: async (count) => {
        for (let i = 0; i < count * MILLION; i++) {
          serial[i & 3] = i
          sha256(serial)
        }
        return undefined
      },
      notes: () => {
        const bound = entropyBound(MILLION, MILLION / 10)
        return [
          `${octets.toLocaleString('en')} octets, ${(octets / bound).toFixed(3)} times the entropy bound of ${Math.ceil(bound).toLocaleString('en')}; a CRL has 3,700,000`,
        ]
      },
    }
  },
}

const live = (name: string, floorIs: string, keys: () => SigningKeys): Bench => ({
  name,
  // Many times what is in flight: how it begins and ends does not count.
  batch: 2048,
  unit: `one OCSP answer with a nonce: decoded, looked up, logged, signed, ${IN_FLIGHT} in flight`,
  floorIs: `one RSA-2048 signature, as many in flight ${floorIs} (bar: 90 % of it)`,
  prepare: async () => {
    const { database, authority, ca, serial, signer, signerClock, close } = await statusSite(keys())
    // Who asks makes them, and is another.
    const requests = Array.from({ length: 4096 }, () =>
      encodeOcspRequest({ certIds: [certId(ca, serial)], nonce: systemEntropy(32) }),
    )
    let next = 0
    const answer = async () => {
      const request = requests[next++ % requests.length]!
      const { response } = await authority.ocsp({ kind: 'auth', request })
      must(response.length > 500, 'the answer')
    }
    const message = systemEntropy(200)
    const sign = async () => must((await signer.sign(message)).length === 256, 'the signature')
    return { ...(await besideRawSigning(database, answer, sign, signerClock)), end: close }
  },
})

export const ocspLive = live('ocsp-live', 'on the same threads', keysInProcess)
/** A device has a processor of its own: with one session, SoftHSM has one core and leaves the others alone. */
export const ocspLiveHsm: Bench = {
  ...live('ocsp-live-hsm', 'through the same signer process to an HSM (SoftHSM2) on one core', () => hsmKeys(1)),
  missing: softHsmMissing,
}

const own = () => {
  const { user, system } = process.cpuUsage()
  return user + system
}

export const ocspGet: Bench = {
  name: 'ocsp-get',
  unit: 'one GET of a ready OCSP answer over HTTP, by wrk with sixty-four connections, one process of ours',
  floorIs: 'the same octets as a file from one process of nginx (bar: half of its rate)',
  batch: 1,
  timed: true,
  prepare: async () => {
    const site = await statusSite()
    const answer = new Uint8Array(await (await fetch(site.url)).arrayBuffer())
    must(decodeOcspResponse(answer).status === 'successful', 'the ready answer')
    const nginx = await nginxServing(answer)
    const openssl = await opensslResponder()
    const signing = loadClosing(openssl.url, () => cpuOf(...openssl.pids))
    let [ours, theirs]: [Load, Load] = [await load(site.url, own), await load(nginx.url, () => cpuOf(...nginx.pids))]
    const work = async (count: number) => {
      ours = await load(site.url, own)
      return (count * 1000) / ours.rate
    }
    const floor = async (count: number) => {
      theirs = await load(nginx.url, () => cpuOf(...nginx.pids))
      return (count * 1000) / theirs.rate
    }
    return {
      work,
      floor,
      notes: () => [
        `CPU time of one: ours ${ours.cpu.toFixed(1)} µs, nginx ${theirs.cpu.toFixed(1)} µs; with these, ${percent(theirs.cpu / ours.cpu)} of nginx`,
        `openssl's responder, same key size, signing each: ${Math.round(signing.rate).toLocaleString('en')} a second, CPU time of one ${signing.cpu.toFixed(0)} µs; ours is ${(ours.rate / signing.rate).toFixed(0)} times that, by CPU time ${(signing.cpu / ours.cpu).toFixed(0)} times (bar: 20)`,
      ],
      end: async () => {
        await nginx.stop()
        await openssl.stop()
        await site.close()
      },
    }
  },
}
