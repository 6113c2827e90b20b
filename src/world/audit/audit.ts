// Whether SIM, carrier, SP-TSM and authority agree on every phone's certificate: each says what it has, by its contract;
// what does not fit the table is returned. Nothing is changed. An order that a worker moves meanwhile is looked at again.

import { decodeCrl, findRevoked } from '../../codec/crl.ts'
import type { Authority } from '../../roles/authority/contract.ts'
import type { Carrier } from '../../roles/carrier/contract.ts'
import type { SpTsm } from '../../roles/sp-tsm/contract.ts'
import { AGREED, type Agreed, type CertificateStatus, type FindingCode, ISSUING } from './agreed.ts'

export interface AuditParties {
  readonly authority: Pick<Authority, 'phones' | 'status' | 'crl'>
  readonly carriers: Readonly<Record<string, Pick<Carrier, 'inventory'>>>
  readonly spTsm: Pick<SpTsm, 'records' | 'inspect' | 'partnerRecords'>
}

export interface AuditOptions {
  /** Also SIMs for which there never was an order. */
  readonly allSims?: boolean
}

export interface Finding {
  readonly code: FindingCode
  readonly carrier: string | null
  readonly iccid: string | null
  /** What the carrier knows the order by. */
  readonly reference: string | null
  readonly serial: bigint | null
  /** The two that disagree, in words. */
  readonly expected: string
  readonly found: string
}

export interface AuditReport {
  readonly orders: number
  readonly certificates: number
  readonly services: number
  readonly simsSeen: number
  /** Out of reach, or in use by a worker: nothing is known of them. */
  readonly simsUnseen: readonly { carrier: string; iccid: string; because: string }[]
  readonly findings: readonly Finding[]
}

type Order = Awaited<ReturnType<SpTsm['records']>>['orders'][number]
type Certificate = Awaited<ReturnType<Authority['phones']>>['certificates'][number]
type Sim = Awaited<ReturnType<Carrier['inventory']>>['sims'][number] & { readonly carrier: string }

const PAGE = 500

async function pages<T, C>(first: C, read: (after: C) => Promise<readonly T[]>, cursor: (last: T) => C): Promise<T[]> {
  const all: T[] = []
  for (let after = first; ; ) {
    const page = await read(after)
    all.push(...page)
    if (page.length < PAGE) return all
    after = cursor(page.at(-1)!)
  }
}

const ordersOf = ({ spTsm }: AuditParties) =>
  pages<Order, number>(
    0,
    async (after) => (await spTsm.records({ after, limit: PAGE })).orders,
    (o) => o.number,
  )

/** The carrier's and the authority's records are read between two looks at the orders: what moved meanwhile is left out. */
export async function audit(parties: AuditParties, options: AuditOptions = {}): Promise<AuditReport> {
  const before = await ordersOf(parties)
  const certificates = await pages<Certificate, bigint>(
    0n,
    async (after) => (await parties.authority.phones({ after, limit: PAGE })).certificates,
    (one) => one.serial,
  )
  const sims = await inventories(parties)
  const statuses = await statusesOf(parties, before, certificates)
  const after = new Map((await ordersOf(parties)).map((order) => [order.reference, order]))
  const settled = before.filter(({ reference, state }) => after.get(reference)?.state === state)
  const moving = [...after.values()].filter((order) => !settled.some(({ reference }) => reference === order.reference))
  const seen = await inspections(parties, settled, sims, moving, options)
  const all = { orders: settled, moving, certificates, sims, statuses }
  return {
    orders: settled.length,
    certificates: certificates.length,
    services: sims.filter(({ serviceState }) => serviceState !== 'none').length,
    simsSeen: seen.found.length,
    simsUnseen: seen.unseen,
    findings: [
      ...registerFindings(all),
      ...(await listFindings(parties, all)),
      ...carrierFindings(all),
      ...(await partnerFindings(parties)),
      ...seen.found.flatMap((one) => simFindings(one)),
    ],
  }
}

async function inventories({ carriers }: AuditParties): Promise<Sim[]> {
  const all: Sim[] = []
  for (const [carrier, { inventory }] of Object.entries(carriers)) {
    const read = async (after: string) =>
      (await inventory({ after, limit: PAGE })).sims.map((sim) => ({ ...sim, carrier }))
    all.push(...(await pages<Sim, string>('', read, ({ iccid }) => iccid)))
  }
  return all
}

type Statuses = ReadonlyMap<bigint, CertificateStatus>

async function statusesOf({ authority }: AuditParties, orders: readonly Order[], living: readonly Certificate[]) {
  const statuses = new Map<bigint, CertificateStatus>(living.map(({ serial, status }) => [serial, status]))
  for (const { serial, nextSerial, oldSerial } of orders)
    for (const one of [serial, nextSerial, oldSerial]) {
      if (one === null || statuses.has(one)) continue
      const { status } = await authority.status({ kind: 'auth', serial: one })
      statuses.set(one, status === 'unknown' ? 'none' : status)
    }
  return statuses as Statuses
}

interface All {
  readonly orders: readonly Order[]
  /** Their state changed while we looked. */
  readonly moving: readonly Order[]
  readonly certificates: readonly Certificate[]
  readonly sims: readonly Sim[]
  readonly statuses: Statuses
}

const agreed = ({ state }: Order): Agreed => AGREED[state]
const about = (order: Order) => ({
  carrier: order.carrier,
  iccid: order.iccid,
  reference: order.reference,
  serial: order.serial,
})
const NOBODY = { carrier: null, iccid: null, reference: null, serial: null }
const isLiving = ({ state }: Order): boolean => state !== 'undone'

function registerFindings({ orders, moving, certificates, statuses }: All): Finding[] {
  const findings: Finding[] = []
  for (const order of orders) {
    const found = order.serial === null ? 'none' : (statuses.get(order.serial) ?? 'none')
    const expected = agreed(order).certificate
    if (expected.includes(found)) continue
    findings.push({ ...about(order), code: 'certificate-status', expected: said(order, expected), found })
  }
  const living = [...orders, ...moving].filter(isLiving)
  const named = new Set(living.flatMap(({ serial, nextSerial, oldSerial }) => [serial, nextSerial, oldSerial]))
  const issuing = new Set(
    living.filter(({ state }) => ISSUING.includes(state)).map(({ cardAuthSerial }) => cardAuthSerial),
  )
  for (const { serial, status, cardAuthSerial } of certificates) {
    if (named.has(serial) || moving.length > 0 || (cardAuthSerial !== null && issuing.has(cardAuthSerial))) continue
    findings.push({ ...NOBODY, serial, code: 'certificate-of-nobody', expected: 'an order', found: status })
  }
  const places = Map.groupBy(
    certificates.filter(({ status, givingWay }) => status === 'valid' && !givingWay),
    ({ cardAuthSerial }) => cardAuthSerial,
  )
  for (const [, beside] of places)
    for (const { serial } of beside.slice(1))
      findings.push({ ...NOBODY, serial, code: 'certificates-beside', expected: 'one', found: `${beside.length}` })
  return findings
}

const said = ({ state }: Order, expected: readonly string[]): string => `${state}: ${expected.join(' or ')}`

/** Lists of the municipalities in which there are phones; a change is in them before whoever asked for it is answered. */
async function listFindings({ authority }: AuditParties, { certificates, orders, statuses }: All): Promise<Finding[]> {
  const codes = [...new Set(certificates.map(({ municipalityCode }) => municipalityCode))]
  const lists = await Promise.all(
    codes.map(async (municipalityCode) => decodeCrl((await authority.crl({ kind: 'auth', municipalityCode })).crl)),
  )
  const listed = (serial: bigint) => lists.some((list) => findRevoked(list, serial) !== undefined)
  const findings: Finding[] = []
  for (const { serial, status } of certificates) {
    if (status === 'valid' && listed(serial))
      findings.push({ ...NOBODY, serial, code: 'certificate-listed', expected: 'not listed', found: 'listed' })
    if (status === 'onHold' && !listed(serial))
      findings.push({ ...NOBODY, serial, code: 'certificate-not-listed', expected: 'listed', found: 'not listed' })
  }
  for (const order of orders) {
    if (order.serial === null || lists.length === 0 || statuses.get(order.serial) !== 'revoked') continue
    if (!listed(order.serial))
      findings.push({ ...about(order), code: 'certificate-not-listed', expected: 'listed', found: 'not listed' })
  }
  return findings
}

function carrierFindings({ orders, moving, sims }: All): Finding[] {
  const findings: Finding[] = []
  for (const order of orders) {
    const record = sims.find(({ carrier, iccid }) => carrier === order.carrier && iccid === order.iccid)
    const ours = record?.serviceInstance === order.reference
    const found = ours ? record.serviceState : 'none'
    const expected = agreed(order).service
    if (expected.includes(found)) continue
    const code = found === 'none' ? 'service-missing' : order.state === 'undone' ? 'service-of-nobody' : 'service-state'
    findings.push({ ...about(order), code, expected: said(order, expected), found })
  }
  const known = new Set([...orders, ...moving].map(({ reference }) => reference))
  for (const { carrier, iccid, serviceInstance, serviceState } of sims) {
    if (serviceInstance === null || known.has(serviceInstance)) continue
    const who = { carrier, iccid, reference: serviceInstance, serial: null }
    findings.push({ ...who, code: 'service-of-nobody', expected: 'none', found: serviceState })
  }
  return findings
}

/** An application that a holder let in goes with the certificate by which they did. */
async function partnerFindings({ spTsm }: AuditParties): Promise<Finding[]> {
  const read = async (after: string) => (await spTsm.partnerRecords({ after, limit: PAGE })).partners
  const all = await pages<Awaited<ReturnType<typeof read>>[number], string>('', read, ({ record }) => record)
  return all
    .filter(({ ordered }) => !ordered)
    .map(({ carrier, iccid, partner }) => ({
      ...{ carrier, iccid, reference: null, serial: null },
      ...{ code: 'partner-of-nobody', expected: 'a living order', found: partner },
    }))
}

interface Seen {
  readonly carrier: string
  readonly iccid: string
  readonly order: Order | undefined
  readonly inspection: Awaited<ReturnType<SpTsm['inspect']>>
}

/** Each SIM that has or had an order, once; SIMs that were struck off are nowhere. */
async function inspections(
  { spTsm }: AuditParties,
  settled: readonly Order[],
  sims: readonly Sim[],
  moving: readonly Order[],
  { allSims = false }: AuditOptions,
) {
  const found: Seen[] = []
  const unseen: { carrier: string; iccid: string; because: string }[] = []
  const had = new Map(settled.map((order) => [order.iccid, order.carrier]))
  const ordered = new Set(had.keys())
  // One of an MVNO is in two stocks: the later is the MVNO's, which reaches it.
  if (allSims) for (const { iccid, carrier } of sims) if (!ordered.has(iccid)) had.set(iccid, carrier)
  for (const [iccid, carrier] of had) {
    if (sims.find((sim) => sim.iccid === iccid && sim.carrier === carrier)?.status === 'TERMINATED') continue
    if (moving.some((order) => order.iccid === iccid)) continue
    const order = settled.find((one) => one.iccid === iccid && isLiving(one))
    try {
      found.push({
        carrier,
        iccid,
        order,
        inspection: await spTsm.inspect({ carrier: order?.carrier ?? carrier, iccid }),
      })
    } catch (error) {
      unseen.push({ carrier, iccid, because: (error as Error).name })
    }
  }
  return { found, unseen }
}

function simFindings({ carrier, iccid, order, inspection }: Seen): Finding[] {
  const { domain, applet, state } = inspection
  const who = order ? about(order) : { carrier, iccid, reference: null, serial: null }
  const expected = order ? agreed(order) : AGREED.undone
  const shown = `domain ${domain ? 'there' : 'absent'}, applet ${applet}`
  const because = order?.state ?? 'no order'
  const finding = (code: FindingCode, should: string, is: string): Finding[] => [
    { ...who, code, expected: `${because}: ${should}`, found: is },
  ]
  if (expected.sim === 'empty') {
    return domain || applet !== 'absent' ? finding('sim-not-empty', 'nothing', shown) : []
  }
  if (expected.sim === 'either') return []
  if (!domain || applet === 'absent') return finding('sim-empty', 'domain and applet', shown)
  if (applet === 'locked') return finding('sim-locked', 'selectable', shown)
  if (!state) return []
  const { pin, life } = expected as Agreed
  // Stopped between the certificate that is to follow and its use: the SIM has the one or the other.
  const ofOrder = (found: string) => found === 'inUse' || (found === 'next' && (order?.nextSerial ?? null) !== null)
  return [
    ...(ofOrder(state.key) ? [] : finding('sim-key', 'the key pair of the order', state.key)),
    ...(ofOrder(state.certificate)
      ? []
      : finding('sim-certificate', 'the certificate of the order', state.certificate)),
    ...(!pin || pin.includes(state.pin) ? [] : finding('sim-pin', pin.join(' or '), state.pin)),
    ...(!life || life === state.life ? [] : finding('sim-life', life, state.life)),
  ]
}
