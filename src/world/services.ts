// The services of the seeded world: a bank whose customers the common platform watches, a credit union that watches them itself, a shop
// with a kiosk, a securities company that verifies signatures itself. Seed 2, all patterns.

import { hex } from '../base/bytes.ts'
import type { Clock, KeyStore } from '../base/ports.ts'
import type { Authority } from '../roles/authority/contract.ts'
import type { Service } from '../roles/service/contract.ts'
import { BALANCE, LINK } from '../roles/service/delegates/model.ts'
import { receiver, signalsOf } from '../roles/service/events/http.ts'
import { type OpenIdClient, openIdClient } from '../roles/service/http.ts'
import { createService, isCustomer, serviceMigrations, serviceStore } from '../roles/service/index.ts'
import { balanceAt, signedFor } from '../roles/service/ties/http.ts'
import type { Terminal } from '../roles/terminal/contract.ts'
import type { Client, Verifier } from '../roles/verifier/contract.ts'
import { ssfRoutes } from '../roles/verifier/events/http.ts'
import { createVerifier, type VerifierDeps, verifierMigrations, verifierStore } from '../roles/verifier/index.ts'
import { newsUpkeep, type Upkeep } from './maintenance.ts'
import { BANK, SECURITIES, SHINKIN, SHOP } from './people.ts'
import type { Platform } from './platform.ts'
import { registered, standing } from './registered.ts'
import { readerEntry } from './roles.ts'

/** Where browsers reach the service, and where they log in. */
export interface Origins {
  readonly origin: string
  /** Of the other bank, whose balances the bank shows; absent where it is not known. */
  readonly other?: string
  readonly openId: string
}

export interface RunningService {
  readonly service: Service
  readonly upkeep: readonly Upkeep[]
}

/** The authority, under the service's own certificate as a party. */
export interface AsParty {
  readonly authority: Authority
}

const storeOf = async ({ database }: Platform, schema: string) =>
  serviceStore(await database.schema(schema, serviceMigrations))

interface AtPlatform {
  readonly verifier: Pick<Verifier, 'registerClient'>
  readonly readers?: readonly Pick<Terminal, 'prepare'>[]
}

/** A client of the platform: its customers log in there. Seed 2 pattern 3. */
async function logins(
  { keys, log }: Platform,
  { clientId, name, path }: typeof BANK | typeof SHINKIN,
  { verifier, readers = [] }: AtPlatform,
  { origin, openId }: Origins,
  more: Partial<Client> = {},
) {
  const redirectUri = `${origin}${path}/callback`
  const openid = await openIdClient({ issuer: `${openId}/verifier`, clientId, redirectUri, key: keys })
  const client = { clientId, name, redirectUris: [redirectUri], publicJwk: openid.publicJwk, ...more }
  const asked = readers.map((reader) => () => readerEntry(reader))
  return { openid, ...(await standing(log, (found) => registered(verifier, { ...client, readers: found }), asked)) }
}

/** What every receiver has; what whoever pushes shows is known to these two only. */
const receiving = async (
  { keys, clock }: { readonly keys: KeyStore; readonly clock: Clock },
  { clientId, path }: typeof BANK | typeof SHINKIN,
  { origin }: Origins,
) => ({
  ...{ clientId, clock, endpoint: `${origin}${path}/events` },
  authorization: `Bearer ${hex(await keys.secret(`service-events-${clientId}`, 32))}`,
})

/** Who speaks for a child or a firm by law links the account; a customer, or a firm, lets somebody look at it. */
const DELEGATION: Client['delegation'] = {
  kinds: ['general', 'parent', 'representative', 'employee'],
  acts: [BALANCE, { ...LINK, kinds: [...LINK.kinds] }],
}

/** Where the credit union tells another service a balance. */
const doorOf = (origin: string): string => origin + SHINKIN.tieDoor

/** The bank shows what its customers have at the credit union. Seed 0 (木村). */
const elsewhere = ({ clock }: Platform, { signed }: OpenIdClient, origin: string) => ({
  ...{ clientId: SHINKIN.clientId, days: 90 },
  purpose:
    'こはく信用金庫の残高を、ひなた銀行の画面に出すため / To show the balance at Kohaku Credit Union on the pages of Hinata Bank',
  balance: balanceAt({ clientId: BANK.clientId, door: doorOf(origin), clock, signed }),
})

/** Signatures, watch and questions by the common platform. Seed 2 patterns 1-2, 2-2. */
export async function buildBank(
  platform: Platform,
  { verifier, readers = [] }: AtPlatform & { readonly verifier: Verifier },
  origins: Origins,
): Promise<RunningService> {
  const more = { ciba: {}, delegation: DELEGATION }
  const { openid, upkeep, hasReader } = await logins(platform, BANK, { verifier, readers }, origins, more)
  const common = { clientId: BANK.clientId, name: BANK.name, verifier, own: false }
  const service = createService({
    ...platform,
    store: await storeOf(platform, 'service-bank'),
    ...{ openid, approvals: openid.approvals, decisions: openid.decisions, asking: common, signing: common },
    ...(readers.length > 0 && { hasReader }),
    ties: { links: openid.links, ...(origins.other && { other: elsewhere(platform, openid, origins.other) }) },
    signals: signalsOf({
      ...(await receiving(platform, BANK, origins)),
      ...{ issuer: `${origins.openId}/verifier`, token: openid.token },
    }),
  })
  return { service, upkeep: [() => service.followNews({}), upkeep] }
}

/** Watch and questions by a verifier of its own, in its own name; logins by the common platform. Seed 2 pattern 2-1. */
export async function buildShinkin(
  platform: Platform,
  { verifier, ...peers }: AsParty & { readonly verifier: Verifier },
  origins: Origins,
): Promise<RunningService> {
  const { openid, upkeep } = await logins(platform, SHINKIN, { verifier }, origins)
  const store = await storeOf(platform, 'service-shinkin')
  const { clientId, name, path } = SHINKIN
  const own = await ownVerifier(platform, peers, 'shinkin-verifier', {
    self: { clientId, name, isCustomer: isCustomer(store) },
    issuer: `${origins.origin}${path}/verifier`,
    // In one process: nothing of it goes over the network.
    push: { accepts: () => true, post: (request) => pushed(service, request) },
  })
  const ssf = ssfRoutes({ ...own.deps, askerOf: async () => ({ clientId }) })
  const service = createService({
    ...{ ...platform, store, openid },
    asking: { clientId, verifier: own.verifier, own: true },
    ties: { links: openid.links, door: signedFor({ door: doorOf(origins.origin), clock: platform.clock }) },
    signals: signalsOf({
      ...(await receiving(platform, SHINKIN, origins)),
      ...{ issuer: own.deps.issuer, token: async () => clientId, fetch: (request) => ssf.fetch(request) },
    }),
  })
  return { service, upkeep: [...newsUpkeep(own.verifier), () => service.followNews({}), upkeep] }
}

type Pushed = Parameters<NonNullable<VerifierDeps['push']>['post']>[0]

async function pushed(service: Service, { url, set, authorization }: Pushed) {
  const headers = authorization === null ? {} : { authorization }
  const answer = await receiver(service).fetch(new Request(url, { method: 'POST', body: set, headers }))
  return { status: answer.status, body: await answer.text() }
}

/** Keys of one among several of a kind. */
const named = (owner: string, { signer, secret }: KeyStore): KeyStore => ({
  signer: (name, algorithm) => signer(`${owner}-${name}`, algorithm),
  secret: (name, length) => secret(`${owner}-${name}`, length),
})

type Own = Pick<VerifierDeps, 'push'> & { readonly self: NonNullable<VerifierDeps['self']>; readonly issuer?: string }

/** A verifier of the service's own: it asks J-LIS in the service's name, and the common platform nothing. Seed 2 patterns 1-1, 2-1. */
async function ownVerifier<O extends Own>(platform: Platform, { authority }: AsParty, schema: string, own: O) {
  const store = verifierStore(await platform.database.schema(schema, verifierMigrations))
  const name = own.self.clientId
  const deps = { ...platform, keys: named(name, platform.keys), store, authority, party: { name, authority }, ...own }
  return { verifier: await createVerifier(deps), deps }
}

/** What its records hold goes by its terms. */
const tidied = (verifier: Pick<Verifier, 'forgetDue'>): readonly Upkeep[] => [() => verifier.forgetDue({})]

/** 署名検証者 itself. Seed 2 pattern 1-1. */
export async function buildSecurities(platform: Platform, peers: AsParty): Promise<RunningService> {
  const self = { clientId: SECURITIES.party, name: SECURITIES.name }
  const { verifier } = await ownVerifier(platform, peers, 'securities-verifier', { self })
  const store = await storeOf(platform, 'service-securities')
  return {
    service: createService({ ...platform, store, signing: { ...self, verifier, own: true } }),
    upkeep: tidied(verifier),
  }
}

/** Behind the kiosk: nobody logs in there. Seed 0 (松田). */
export async function buildShop(platform: Platform, peers: AsParty): Promise<RunningService> {
  const self = { clientId: SHOP.party, name: SHOP.name }
  const { verifier } = await ownVerifier(platform, peers, 'shop-verifier', { self })
  const store = await storeOf(platform, 'service-shop')
  return {
    service: createService({ ...platform, store, asking: { ...self, verifier, own: true } }),
    upkeep: tidied(verifier),
  }
}
