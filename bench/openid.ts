// Complete logins by OpenID (FAPI 2.0, and plain) against a platform with PostgreSQL, whose people and services are many: everything but
// the person's own signature, which is made while the clock stands. Beside it, in the same rounds, the library that the provider is
// made of: alone, its artefacts in memory, and nobody is asked.

import { volatileKeyStore } from '../src/adapters/keys/index.ts'
import { systemEntropy } from '../src/adapters/random.ts'
import { postgresBinaries } from '../src/adapters/testing/postgres-server.ts'
import { base64url } from '../src/base/bytes.ts'
import { type PrivateKey, sign } from '../src/base/crypto.ts'
import { loginMessage } from '../src/protocol/login/login-message.ts'
import { type Bench, must, type Prepared, type Work } from './harness.ts'
import { type BegunLogin, openIdLoad } from './openid-load.ts'
import { bareProvider, HOLDERS, IN_FLIGHT, lanes, openIdPlatform, SERVICES } from './openid-platform.ts'

const BATCH = HOLDERS / 2
/** Until compilers have done their work. */
const WARM_UP = 2048
const BAR = 300

interface Variant {
  readonly providers?: number
  readonly plain?: boolean
}

const ofCustomers = (name: string, customers: number, { providers = 1, plain = false }: Variant = {}): Bench => ({
  name,
  unit: `one login of ${customers.toLocaleString('en')} people at ${SERVICES} services: ${plain ? 'request without FAPI' : 'pushed request'} to userinfo, without the person's signature${providers > 1 ? `; ${providers} processes of the provider are asked in turn` : ''}`,
  floorIs: 'the same login at `oidc-provider` alone: artefacts in memory, no database, no phone, no certificate',
  batch: BATCH,
  missing: () => (postgresBinaries() ? undefined : 'no PostgreSQL server'),
  prepare: () => prepare(customers, providers, plain),
})

export const openIdBenches: readonly Bench[] = [
  ofCustomers('openid-1k', 1_000),
  ofCustomers('openid-two', 1_000, { providers: 2 }),
  ofCustomers('openid-plain', 1_000, { plain: true }),
  ofCustomers('openid-10k', 10_000),
  ofCustomers('openid-100k', 100_000),
  ofCustomers('openid-1m', 1_000_000),
]

async function prepare(customers: number, providers: number, plain: boolean): Promise<Prepared> {
  const profile = plain ? 'openid' : 'fapi2'
  const platform = await openIdPlatform(customers, { providers, client: { profile } })
  const { address, ports, services, holders, key, spent, settle, end } = platform
  const load = openIdLoad(address, IN_FLIGHT, systemEntropy, { ports, plain })
  const bare = await bareProvider(services, profile)
  const bareLoad = openIdLoad(bare.said, IN_FLIGHT, systemEntropy, { plain })
  let [number, bareLogins, bareSpent] = [0, 0, 0]
  const work = async (count: number) => {
    const begun: BegunLogin[] = new Array(count)
    const first = await spent.during(count, () =>
      lanes(count, async (at) => {
        begun[at] = await load.begin(services[number++ % SERVICES]!)
      }),
    )
    const signatures = begun.map(({ shown }) => signatureOf(key, shown))
    const subjects = new Set<string>()
    const second = await spent.during(0, () =>
      lanes(count, async (at) => {
        const certificate = base64url(holders[at % HOLDERS]!)
        subjects.add(await load.finish(begun[at]!, certificate, signatures[at]!))
      }),
    )
    must(subjects.size >= Math.min(count, HOLDERS), 'a subject of its own for each person')
    return first + second
  }
  const floor = async (count: number) => {
    const before = bare.processor()
    const took = await lanes(count, async () => {
      await bareLoad.straight(services[number++ % SERVICES]!)
    })
    bareSpent += bare.processor() - before
    bareLogins += count
    return took
  }
  // Few at a time: on a busy machine many would expire before they are answered.
  for (let done = 0; done < WARM_UP; done += HOLDERS) await work(HOLDERS)
  await floor(WARM_UP)
  await settle()
  bareLogins = bareSpent = 0
  return {
    work,
    floor,
    notes: () => [
      ...spent.notes(BAR),
      `\`oidc-provider\` alone: ${(bareSpent / bareLogins).toFixed(2)} ms of processor, ${((2000 * bareLogins) / bareSpent).toFixed(0)} a second on two cores`,
    ],
    end: async () => {
      load.close()
      bareLoad.close()
      bare.stop()
      await end()
    },
  }
}

/** What no provider can leave out. */
export function tokenSigning(): Work {
  const signer = volatileKeyStore(systemEntropy).signer('bench', 'ECDSA-P256-SHA256')
  const token = systemEntropy(400)
  return (count) => lanes(count, async () => must((await (await signer).sign(token)).length > 64, 'the signature'))
}

export function signatureOf(key: PrivateKey, shown: BegunLogin['shown']): string {
  return base64url(sign('RSA-SHA256', key, loginMessage({ ...shown, nonce: Buffer.from(shown.nonce, 'base64url') })))
}
