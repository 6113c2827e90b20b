// Which role may ask which operation of another, when each is a process of its own: by the name in the TLS certificate
// of the caller. What is not listed is the operator's.

import type { Implementation } from '../../base/contract.ts'
import type { authorityContract } from '../../roles/authority/contract.ts'
import type { carrierContract } from '../../roles/carrier/contract.ts'
import type { counterContract } from '../../roles/counter/contract.ts'
import type { phoneContract } from '../../roles/phone/contract.ts'
import type { residentRegisterContract } from '../../roles/resident-register/contract.ts'
import type { serviceContract } from '../../roles/service/contract.ts'
import type { spTsmContract } from '../../roles/sp-tsm/contract.ts'
import type { terminalContract } from '../../roles/terminal/contract.ts'
import type { verifierContract } from '../../roles/verifier/contract.ts'

type Contracts =
  | typeof authorityContract
  | typeof carrierContract
  | typeof counterContract
  | typeof phoneContract
  | typeof residentRegisterContract
  | typeof serviceContract
  | typeof spTsmContract
  | typeof terminalContract
  | typeof verifierContract
type Role = Contracts['role']
type OperationOf<R extends Role> = keyof Implementation<Extract<Contracts, { role: R }>>

/** Seeds people, enters clerks and holds phones to gates. Clerks' browsers reach the counter through its screens. */
export const OPERATOR = 'operator'

export const CALLERS = {
  'resident-register': {
    find: ['authority', 'counter'],
    changesSince: ['authority'],
    search: ['counter'],
    history: ['counter'],
    change: ['counter'],
    undo: ['counter'],
    match: ['authority'],
    custody: ['authority'],
    custodyRecords: ['counter'],
    recordCustody: ['counter'],
  },
  counter: { hasSim: ['carrier'], proxyOpen: ['carrier'], proxyTransmit: ['carrier'], proxyClose: ['carrier'] },
  authority: {
    issueForCard: ['counter'],
    issueCardFace: ['counter'],
    followRegister: ['counter'],
    issueForPhone: ['sp-tsm'],
    deliverKey: ['sp-tsm'],
    confirmKey: ['sp-tsm'],
    revoke: ['sp-tsm', 'counter'],
    resume: ['sp-tsm'],
    statusChanges: ['sp-tsm'],
    link: ['sp-tsm', 'verifier', 'counter'],
    ageKey: ['phone'],
    grantedTo: ['phone'],
    consents: ['phone'],
    withdrawConsent: ['phone'],
    cardOf: ['sp-tsm'],
    status: ['sp-tsm', 'verifier', 'counter'],
    certificate: ['verifier'],
    chain: ['verifier'],
    caCertificates: ['sp-tsm', 'verifier', 'terminal', 'counter'],
    ocsp: ['verifier'],
    crl: ['verifier'],
    terminalCa: ['sp-tsm', 'counter'],
    terminalsInForce: ['verifier'],
    issueTerminalCertificate: ['terminal'],
  },
  // An MVNO asks its host.
  carrier: {
    stockSim: ['carrier'],
    portOut: ['carrier'],
    checkGlobalEligibility: ['sp-tsm'],
    checkMobileSubscriptionEligibility: ['sp-tsm'],
    reach: ['carrier'],
    getDeviceCapabilityProfileId: ['sp-tsm'],
    getSECapabilityProfileId: ['sp-tsm'],
    getServiceState: ['sp-tsm'],
    deployService: ['sp-tsm', 'carrier'],
    generateDMToken: ['sp-tsm', 'carrier'],
    verifyDMReceipt: ['sp-tsm', 'carrier'],
    suspendOrResumeService: ['sp-tsm', 'carrier'],
    terminateService: ['sp-tsm', 'carrier'],
    upgradeService: ['sp-tsm', 'carrier'],
    getApplicationOrELFStatus: ['sp-tsm', 'carrier'],
    beginConversation: ['sp-tsm', 'carrier'],
    deployPartner: ['sp-tsm', 'carrier'],
    removePartner: ['sp-tsm', 'carrier'],
    sendScript: ['sp-tsm', 'carrier'],
    endConversation: ['sp-tsm', 'carrier'],
    askAtShop: ['sp-tsm'],
    exchangeServiceData: ['sp-tsm', 'carrier'],
  },
  'sp-tsm': {
    apply: ['phone'],
    applyFromHome: ['phone'],
    applyAtCounter: ['counter'],
    confirmCode: ['phone'],
    resendCode: ['phone'],
    offerPartner: ['service'],
    showPartner: ['phone'],
    partnersOf: ['phone'],
    approvePartner: ['phone'],
    partnerKeys: ['service'],
    beginPartner: ['service'],
    sendPartner: ['service'],
    endPartner: ['service'],
    removePartner: ['service', 'phone'],
    install: ['phone', 'counter'],
    order: ['phone', 'counter'],
    confirmPin: ['phone', 'counter'],
    handleMobileSubscriptionStatusChangeNotification: ['carrier'],
    handleMobileSubscriptionIdentifierChangedNotification: ['carrier'],
    handleSERenewalNotification: ['carrier'],
    handleSEDeviceChangedNotification: ['carrier'],
    handleSEMobileSubscriptionChangedNotification: ['carrier'],
    handleSEStatusChangeNotification: ['carrier'],
    stop: ['phone'],
    asHolder: ['phone'],
    renew: ['phone'],
    history: ['phone'],
    places: ['phone'],
    remove: ['phone'],
    stopBySerial: ['counter'],
    resumeBySerial: ['counter'],
    endBySerial: ['counter'],
  },
  phone: {
    sim: ['carrier'],
    proxyOpen: ['carrier'],
    proxyTransmit: ['carrier'],
    proxyClose: ['carrier'],
    shortMessages: ['carrier'],
    connections: ['carrier'],
    tap: ['terminal'],
    tapEnd: ['terminal'],
  },
  verifier: {
    verifySignature: ['sp-tsm', 'service'],
    prepareSignature: ['service'],
    finishSignature: ['service'],
    verifyDocument: ['service'],
    verifyDocuments: ['service'],
    timeStamp: ['service'],
    verifyCertificate: ['terminal'],
    registerClient: ['service'],
    showLogin: ['phone'],
    answerLogin: ['phone'],
    declineLogin: ['phone', 'terminal'],
    scanLogin: ['phone'],
    loginAtReader: ['terminal'],
    answerAtReader: ['terminal'],
    askSignature: ['service'],
    signedDocument: ['service'],
    report: ['service'],
    signatureRequest: ['phone'],
    answerSignature: ['phone'],
    declineSignature: ['phone'],
    listKey: ['terminal'],
    askAge: ['service'],
    askConsent: ['service'],
    factsConsent: ['service'],
    latestFacts: ['service'],
    ageRequest: ['phone', 'service'],
    answerAge: ['phone'],
    consentRequest: ['phone', 'service'],
    answerConsent: ['phone'],
    declineRequest: ['phone'],
    askLink: ['service'],
    serviceId: ['service'],
    customerOfId: ['service'],
    linkRequest: ['phone', 'service'],
    answerLink: ['phone'],
    unlinkOwn: ['phone'],
    delegableServices: ['phone'],
    offerMandate: ['phone'],
    invitedMandate: ['phone'],
    acceptMandate: ['phone'],
    actForChild: ['phone'],
    ownMandates: ['phone'],
    withdrawMandate: ['phone'],
    ownRecords: ['phone'],
    ownUses: ['phone'],
    withdrawOwn: ['phone'],
    receiveApprovals: ['phone'],
    stopApprovals: ['phone'],
    approvalsFor: ['phone'],
    answerApproval: ['phone'],
    declineApproval: ['phone'],
  },
  service: {
    ageRequest: ['phone'],
    answerAge: ['phone'],
    consentRequest: ['phone'],
    answerConsent: ['phone'],
    declineRequest: ['phone'],
    signatureRequest: ['phone'],
    answerSignature: ['phone'],
    declineSignature: ['phone'],
  },
  // A service has readers of its own.
  terminal: { prepare: ['service'] },
} as const satisfies { [R in Role]: Partial<Record<OperationOf<R>, readonly Role[]>> }

/** Members in which a caller says who it is: they must be true. */
const CLAIMS = ['asker', 'requestedBy']

/** One of several of a kind: its certificate says which, and so must this member of what it asks of others. */
const SEVERAL = { carrier: 'requestingEntity', service: 'clientId' } as const
const ONE_OF_SEVERAL = /^(carrier|service)-(.+)$/
/** A conversation between TSMs is known by its id. */
const OF_CONVERSATIONS = ['sendScript', 'endConversation']

/** For the routes of this role. */
export function mayCall(role: Role) {
  const callers: Readonly<Record<string, readonly string[]>> = CALLERS[role]
  return (operation: string, caller: string | undefined, input: object): boolean => {
    if (caller === OPERATOR) return true
    if (caller === undefined || !Object.hasOwn(callers, operation)) return false
    const members: Readonly<Record<string, unknown>> = { ...input }
    const [, kind, name] = ONE_OF_SEVERAL.exec(caller) ?? []
    if (kind === 'carrier' || kind === 'service') {
      const said = members[SEVERAL[kind]]
      const mayBeNameless =
        kind === 'service' ? said === undefined : role === 'phone' || OF_CONVERSATIONS.includes(operation)
      return callers[operation]!.includes(kind) && (said === name || mayBeNameless)
    }
    const claims = [...CLAIMS, 'requestingEntity'].filter((member) => Object.hasOwn(members, member))
    return (
      !Object.hasOwn(SEVERAL, caller) &&
      callers[operation]!.includes(caller) &&
      claims.every((member) => members[member] === caller)
    )
  }
}
