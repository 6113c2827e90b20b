// From the request of a partner to its application in the SIM, by one PIN of the holder. The signature names request,
// partner and app; its certificate leads to the order and this to the SIM. Seed 0 蔦田.

import { concat, hex } from '../../../base/bytes.ts'
import { publicKey, verify } from '../../../base/crypto.ts'
import { decodeCertificate } from '../../../codec/x509.ts'
import { partnerApprovalMessage } from '../../../protocol/consent/partner-approval.ts'
import type { Carrier } from '../../carrier/contract.ts'
import type { SpTsm } from '../contract.ts'
import { needed } from '../conversation.ts'
import type { Running } from '../deps.ts'
import { no } from '../refusals.ts'
import type { OrderRow } from '../store.ts'
import type { PartnerRow } from './store.ts'

type Partners =
  | ('partnerRecords' | 'partnersOf')
  | ('offerPartner' | 'showPartner' | 'approvePartner' | 'partnerKeys')
  | ('beginPartner' | 'sendPartner' | 'endPartner' | 'removePartner')

/** As long as somebody sits before the screen. */
const OPEN_MS = 10 * 60_000
const ASKER = { requestingEntity: 'sp-tsm' } as const

export function partners(deps: Running): Pick<SpTsm, Partners> {
  const { store, secrets, clock, entropy, log } = deps
  return {
    offerPartner: async ({ partner, name, app }) => {
      const request_id = hex(entropy(16))
      const expires_at = new Date(clock().getTime() + OPEN_MS)
      const nowhere = { carrier: null, iccid: null, security_domain: null, first_key_version: null, first_keys: null }
      await store.addPartnerRequest({ request_id, partner, name, app, expires_at, state: 'offered', ...nowhere })
      return { requestId: request_id, expiresAt: expires_at }
    },
    partnerRecords: async ({ after, limit }) => {
      const rows = await store.partnersDeployed(after, limit)
      const record = async ({ request_id, partner, carrier, iccid }: PartnerRow) => {
        const [by, sim] = [needed(carrier), needed(iccid)]
        const ordered = (await store.orderOfSim(by, sim)) !== undefined
        return { record: request_id, partner, carrier: by, iccid: sim, ordered }
      }
      return { partners: await Promise.all(rows.map(record)) }
    },
    partnersOf: async ({ orderId }) => {
      const order = await store.order(orderId)
      if (!order) throw no.unknownOrder()
      const rows = order.live_iccid === null ? [] : await store.partnersOfSim(order.carrier, order.iccid)
      return { partners: rows.map(({ request_id: requestId, partner, name }) => ({ requestId, partner, name })) }
    },
    showPartner: async ({ requestId }) => shown(await requestOf(deps, requestId)),
    approvePartner: async ({ requestId, certificate, signature }) => {
      const row = await requestOf(deps, requestId)
      if (row.state !== 'offered' || row.expires_at < clock()) throw no.partnerRequestOver()
      const { carrier, iccid } = await signedBy(deps, row, certificate, signature)
      const asked = { ...ASKER, iccid, partner: row.partner, app: row.app }
      const deployed = await carrierOf(deps, carrier).deployPartner(asked)
      const { enc, mac, dek } = deployed.firstKeys
      await store.changePartnerRequest(requestId, {
        state: 'deployed',
        carrier,
        iccid,
        security_domain: deployed.securityDomainAid,
        first_key_version: deployed.firstKeyVersion,
        first_keys: await secrets.seal('partner-keys', requestId, concat(enc, mac, dek)),
      })
      log('sp-tsm.partner-deployed', { partner: row.partner, carrier })
      return shown(await requestOf(deps, requestId))
    },
    partnerKeys: async (asked) => {
      const row = await deployedFor(deps, asked)
      const keys = await secrets.unseal('partner-keys', row.request_id, needed(row.first_keys))
      const firstKeys = { enc: keys.slice(0, 16), mac: keys.slice(16, 32), dek: keys.slice(32) }
      return { firstKeyVersion: needed(row.first_key_version), firstKeys }
    },
    beginPartner: async (asked) => {
      const row = await deployedFor(deps, asked)
      const to = { ...ASKER, iccid: needed(row.iccid), aid: needed(row.security_domain) }
      return carrierOf(deps, needed(row.carrier)).beginConversation(to)
    },
    sendPartner: async ({ conversationId, commands, ...asked }) => {
      const row = await deployedFor(deps, asked)
      const script = { functionCallIdentifier: hex(entropy(16)), conversationId, commands }
      return carrierOf(deps, needed(row.carrier)).sendScript(script)
    },
    endPartner: async ({ conversationId, ...asked }) => {
      const row = await deployedFor(deps, asked)
      return carrierOf(deps, needed(row.carrier)).endConversation({ conversationId })
    },
    removePartner: async ({ requestId }) => {
      const row = await requestOf(deps, requestId)
      if (row.state === 'deployed') {
        const gone = { ...ASKER, iccid: needed(row.iccid), partner: row.partner }
        await carrierOf(deps, needed(row.carrier)).removePartner(gone)
      }
      await store.changePartnerRequest(requestId, { state: 'removed', first_keys: null })
      return {}
    },
  }
}

const shown = ({ partner, name, app, expires_at: expiresAt, state }: PartnerRow) => ({
  ...{ partner, name, app, expiresAt, state },
})

async function requestOf({ store }: Running, requestId: string): Promise<PartnerRow> {
  const row = await store.partnerRequest(requestId)
  if (!row) throw no.unknownPartnerRequest()
  return row
}

/** Of this partner and no other: a service that knows another's request gets nothing by it. */
async function deployedFor(deps: Running, { requestId, partner }: { requestId: string; partner: string }) {
  const row = await requestOf(deps, requestId)
  if (row.partner !== partner) throw no.unknownPartnerRequest()
  if (row.state !== 'deployed') throw no.partnerNotApproved({ state: row.state })
  return row
}

function carrierOf({ carriers }: Running, id: string): Carrier {
  const carrier = Object.hasOwn(carriers, id) ? carriers[id] : undefined
  if (!carrier) throw no.unknownCarrier({ carrier: id })
  return carrier
}

/** The certificate is valid now, the signature is over this request, and the order of the certificate is in use. */
async function signedBy(
  { verifier, store }: Running,
  row: PartnerRow,
  certificate: Uint8Array,
  signature: Uint8Array,
): Promise<OrderRow> {
  const { verdict } = await verifier.verifyCertificate({ certificate })
  const { subjectPublicKeyInfo, serialNumber } = decodeCertificate(certificate)
  const signs = verify(
    'RSA-SHA256',
    publicKey(subjectPublicKeyInfo),
    partnerApprovalMessage({ ...row, requestId: row.request_id }),
    signature,
  )
  if (verdict.outcome === 'indeterminate' && signs) throw no.statusUnknown()
  if (verdict.outcome !== 'passed' || !signs)
    throw no.signatureNotPassed({ outcome: verdict.outcome, check: 'approval' })
  const order = (await store.liveBySerial(serialNumber.toString())).find(
    ({ state, serial }) => state === 'active' && serial === serialNumber.toString(),
  )
  if (!order) throw no.unknownOrder()
  return order
}
