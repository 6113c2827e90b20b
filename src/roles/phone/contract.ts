// The handset: the TSM proxy towards the carrier, the JPKI UI app towards its owner, the contactless face towards a
// reader. Seed 4 (2)②, 別紙2, 別紙4.

import { z } from 'zod'
import {
  contract,
  type Implementation,
  operation,
  zBytes,
  zFourInfo,
  zNothing,
  zSerial,
  zTime,
  zVerdict,
} from '../../base/contract.ts'
import { zFact } from '../authority/contract.ts'
import { zAgeRequest, zConsentRequest } from '../service/contract.ts'
import { spTsmContract, zOrder } from '../sp-tsm/contract.ts'
import { approvalOperations } from './approvals/contract.ts'
import { biometricOperations, zReleased } from './biometric/contract.ts'
import { mandateOperations } from './mandates/contract.ts'
import { ownOperations } from './own/contract.ts'
import { signingOperations } from './signing/contract.ts'

export const zPin = z.string().regex(/^[0-9]{4}$/)
export const zPassword = z.string().regex(/^[A-Z0-9]{6,16}$/)

const zCardAtHand = z.object({ card: z.string(), password: zPassword })

/** Who asks the connector. An app by the handle that it got when it was installed, a web page by its origin. */
const zCaller = z.union([z.strictObject({ app: z.string() }), z.strictObject({ origin: z.string() })])
const zOutcome = z.enum(['allowed', 'declined', 'denied'])

/** `question`: an age or a consent that was not answered. `tap`: held to a reader. */
const zUseKind = z.enum(['login', 'age', 'consent', 'question', 'signature', 'approval', 'tie', 'partner', 'tap'])
const zUseOutcome = z.enum(['done', 'declined', 'refused'])

/** A request of a service, by the name of the service in the register of J-LIS. */
const zRequestOf = z.object({ party: z.string(), requestId: z.string() })
const zAsked = z.object({
  displayName: z.string(),
  /** The service for which a platform asks, as the platform calls it. */
  onBehalfOf: z.string().nullable(),
  code: z.string(),
  expiresAt: zTime,
})

/** Networks that the phone has just now. */
const zConnections = z.object({ mobileData: z.boolean(), wifi: z.boolean(), shortMessages: z.boolean() })

/** And which phone it is, as the network sees it. */
export const zReach = zConnections.extend({ deviceModel: z.string() })

/** What a handset reads from the SIM that is in it. */
const zSimInside = z.object({ carrier: z.string(), msisdn: z.string(), iccid: z.string() })
export type SimInside = z.output<typeof zSimInside>

export const phoneContract = contract({
  role: 'phone',
  operations: {
    proxyOpen: operation(
      'TSM proxy: open a channel to the application of this AID in the SIM',
      z.object({ iccid: z.string(), aid: zBytes }),
      z.object({ channel: z.string() }),
    ),
    proxyTransmit: operation(
      'TSM proxy: C-APDUs in order; stops after the first whose status word is not 9000, 61xx, 62xx or 63xx',
      z.object({ channel: z.string(), commands: z.array(zBytes).min(1).max(64) }),
      z.object({ responses: z.array(zBytes) }),
    ),
    proxyClose: operation('TSM proxy: close a channel', z.object({ channel: z.string() }), zNothing),
    shortMessages: operation(
      'the network: SMS-DELIVER for the SIM, one after the other; what it acknowledged the last with that it answered',
      z.object({ iccid: z.string(), messages: z.array(zBytes).min(1).max(255) }),
      z.object({ answer: zBytes.nullable() }),
    ),
    connections: operation('the network: how this SIM can be reached', z.object({ iccid: z.string() }), zReach),
    setConnections: operation('the owner: which networks there are', zConnections, zNothing),

    sim: operation('the SIM that is in the phone', zNothing, zSimInside),
    sims: operation(
      'the owner: this one, and those beside the phone',
      zNothing,
      z.object({ sims: z.array(zSimInside.extend({ inserted: z.boolean() })) }),
    ),
    receiveSim: operation('the owner got another SIM; it is not in the phone yet', zSimInside, zNothing),
    insertSim: operation(
      'the owner puts this SIM in, and takes the one before out',
      z.object({ iccid: z.string() }),
      zNothing,
    ),

    status: operation(
      'what the UI app shows without a PIN',
      zNothing,
      z.object({
        model: z.string(),
        carrier: z.string(),
        msisdn: z.string(),
        iccid: z.string(),
        /** none: nothing in the SIM; transport: PIN not yet set; blocked: PIN used up; suspended: by its issuer. */
        applet: z.enum(['none', 'transport', 'ready', 'blocked', 'suspended']),
        pinTriesLeft: z.number().int().nullable(),
        order: zOrder.nullable(),
        /** With the certificate in the SIM that was in this phone before, while there is none in this one. */
        elsewhere: zOrder.nullable(),
      }),
    ),
    apply: operation(
      'hold the My Number Card to the phone: the application is signed with its 署名用 key and sent to J-LIS',
      z.object({
        card: z.string(),
        password: zPassword,
        mailAddress: z.email().optional(),
        /** In place of the certificate in the holder’s other SIM. */
        moves: z.literal(true).optional(),
      }),
      zOrder,
    ),
    applyFromHome: operation(
      'without the card: the four facts as the holder enters them go to J-LIS and are kept nowhere here',
      z.object({ fourInfo: zFourInfo }),
      zOrder,
    ),
    confirmCode: operation(
      'the code that came by SMS, mail or letter',
      z.object({ code: z.string().regex(/^[0-9]{6,10}$/) }),
      zOrder,
    ),
    resendCode: operation('have another code sent', zNothing, zOrder),
    install: operation('load and personalise the applet of the accepted application', zNothing, zOrder),
    order: operation('how far the application is', zNothing, z.object({ order: zOrder.nullable() })),
    setPin: operation(
      'the holder chooses the PIN; it goes to the SIM and nowhere else',
      z.object({ pin: zPin }),
      zNothing,
    ),
    changePin: operation('a new PIN for the old one', z.object({ pin: zPin, newPin: zPin }), zNothing),
    certificates: operation(
      'what is in the SIM, read after the PIN',
      z.object({ pin: zPin }),
      z.object({
        certificates: z.array(
          z.object({ kind: z.enum(['auth']), serial: zSerial, notBefore: zTime, notAfter: zTime, certificate: zBytes }),
        ),
      }),
    ),
    showLogin: operation(
      'who asks for a login, and why',
      z.object({ loginId: z.string() }),
      z.object({
        clientName: z.string(),
        origin: z.string(),
        code: z.string(),
        expiresAt: zTime,
        state: z.enum(['waiting', 'approved', 'declined', 'refused', 'expired']),
        /** Read from the screen of another device. */
        scanned: z.boolean(),
        /** Its owner may act for another there. */
        delegation: z.boolean(),
        /** A finger or a face will do in place of the PIN. */
        biometric: z.boolean(),
        /** What the service wants to be told of the owner. */
        asked: z.array(z.object({ claim: z.string(), essential: z.boolean(), purpose: z.string() })),
      }),
    ),
    scanLogin: operation(
      'reads the code of a login screen; this phone alone may answer then',
      z.object({ qr: z.string() }),
      z.object({ loginId: z.string() }),
    ),
    approveLogin: operation(
      'sign the challenge in the SIM after the PIN, or after a finger or a face, and answer it',
      z
        .object({
          ...{ loginId: z.string(), pin: zPin.optional(), biometric: zReleased.optional() },
          /** Of what the service can do without, what it gets. */
          give: z.array(z.string()).optional(),
          /** For whom its owner acts; then nothing is given. */
          mandateId: z.string().optional(),
        })
        .refine(({ pin, biometric }) => (pin === undefined) !== (biometric === undefined)),
      // `release` opens the way back in the browser of this device; null where another device shows the screen.
      z.object({ verdict: zVerdict, release: z.string().nullable() }),
    ),
    showPartner: operation(
      'which service asks for its application in the SIM',
      z.object({ requestId: z.string() }),
      z.object({
        partner: z.string(),
        name: z.string(),
        expiresAt: zTime,
        state: z.enum(['offered', 'deployed', 'removed']),
      }),
    ),
    partners: operation(
      'services that have an application in the SIM of this phone',
      zNothing,
      z.object({ partners: z.array(z.object({ requestId: z.string(), partner: z.string(), name: z.string() })) }),
    ),
    approvePartner: operation(
      'one PIN: the request is signed in the SIM, and the application of the service comes into it',
      z.object({ requestId: z.string(), pin: zPin }),
      z.object({ state: z.enum(['offered', 'deployed', 'removed']) }),
    ),
    removePartner: operation(
      'the application of the service leaves the SIM',
      z.object({ requestId: z.string() }),
      zNothing,
    ),
    declineLogin: operation('say no', z.object({ loginId: z.string() }), zNothing),
    showAge: operation(
      'who asks for an age, as J-LIS knows them, and which age',
      zRequestOf,
      zAsked.extend({ limit: z.number().int(), state: zAgeRequest.shape.state }),
    ),
    proveAge: operation(
      'sign in the SIM after the PIN for this one question; the service learns yes or no and nothing else',
      zRequestOf.extend({ limit: z.number().int(), pin: zPin }),
      zAsked.extend({ limit: z.number().int(), state: zAgeRequest.shape.state }),
    ),
    showConsent: operation(
      'who asks for consent to the latest facts, as J-LIS knows them, and to which',
      zRequestOf,
      zAsked.extend({ items: z.array(zFact), state: zConsentRequest.shape.state }),
    ),
    signConsent: operation(
      'hold the My Number Card to the phone: the consent is signed with its 署名用 key',
      zRequestOf.extend({ items: z.array(zFact), card: z.string(), password: zPassword }),
      zAsked.extend({ items: z.array(zFact), state: zConsentRequest.shape.state }),
    ),
    ...signingOperations,
    ...approvalOperations,
    ...biometricOperations,
    ...mandateOperations,
    ...ownOperations,
    declineRequest: operation('say no to a question for an age or for consent', zRequestOf, zNothing),
    consents: operation(
      'what the holder has agreed to, with whom, until when; asked of J-LIS after the PIN',
      z.object({ pin: zPin }),
      z.object({
        consents: z.array(
          z.object({
            consentId: z.string(),
            party: z.string(),
            displayName: z.string(),
            /** The service for which a platform may ask. */
            onBehalfOf: z.string().nullable(),
            /** As that platform calls it; null where it does not say. */
            serviceName: z.string().nullable(),
            items: z.array(zFact),
            from: zTime,
            until: zTime,
          }),
        ),
      }),
    ),
    withdrawConsent: operation(
      'hold the My Number Card to the phone: the withdrawal is signed with its 署名用 key and counts at once',
      z.object({ consentId: z.string(), card: z.string(), password: zPassword }),
      zNothing,
    ),
    remove: operation('revoke the certificate and delete key and applet from the SIM', zNothing, zOrder),
    stop: operation('stop the certificate at once (一時利用停止); only the card ends that', zNothing, zOrder),
    renew: operation('a new key pair and certificate before the old one ends; the PIN stays', zNothing, zOrder),
    resume: operation('with the card: end the stop', zCardAtHand, zOrder),
    resetPin: operation('with the card: a PIN that is forgotten or used up is set anew', zCardAtHand, zOrder),
    takeOver: operation(
      'with the card: the SIM has come into this phone with its certificate, which it shows from now on',
      zCardAtHand,
      zOrder,
    ),
    stopElsewhere: operation(
      'with the card, from any phone: stop the certificate in the lost one',
      zCardAtHand,
      zOrder,
    ),
    endElsewhere: operation('with the card, from any phone: revoke it for good', zCardAtHand, zOrder),
    history: operation('what happened to the certificate', zNothing, spTsmContract.operations.history.output),

    elsewhere: operation(
      'where else the holder has certificates: on the card, in other SIMs',
      zNothing,
      spTsmContract.operations.places.output,
    ),
    uses: operation(
      'what the certificate was used for on this phone, the newest first; kept on the phone for a year',
      zNothing,
      z.object({
        uses: z.array(
          z.object({
            at: zTime,
            kind: zUseKind,
            /** As it was shown; null where the phone cannot know. */
            who: z.string().nullable(),
            outcome: zUseOutcome,
          }),
        ),
      }),
    ),
    forgetUses: operation('its owner erases that', zNothing, zNothing),

    installApp: operation(
      'the operating system: an app was installed and the signature on its package checked; the handle is for the app alone',
      z.object({
        package: z.string().regex(/^[A-Za-z][\w]*(\.[A-Za-z][\w]*)+$/),
        certificates: z.array(zBytes).min(1).max(8),
      }),
      z.object({ handle: z.string() }),
    ),
    removeApp: operation('the operating system: an app is gone', z.object({ package: z.string() }), zNothing),
    askAccess: operation(
      'connector: ask the owner for access to an application of the SIM, with the PIN verified where the owner is to enter it',
      z.object({
        caller: zCaller,
        aid: zBytes,
        /** In the words of the caller; the owner is told that they are. */
        purpose: z.string().min(1).max(120),
        withPin: z.boolean(),
      }),
      z.object({ requestId: z.string(), expiresAt: zTime }),
    ),
    accessState: operation(
      'connector: what became of a request; the channel when it is open',
      z.object({ caller: zCaller, requestId: z.string() }),
      z.object({
        state: z.enum(['waiting', 'open', 'declined', 'expired', 'closed']),
        channel: z.string().nullable(),
      }),
    ),
    transmit: operation(
      'connector: one C-APDU to the application that was opened, as the rules in the SIM allow at this moment',
      z.object({ caller: zCaller, channel: z.string(), command: zBytes }),
      z.object({ response: zBytes }),
    ),
    closeAccess: operation(
      'connector: the caller has done; PIN verification ends with it',
      z.object({ caller: zCaller, channel: z.string() }),
      zNothing,
    ),
    accessRequests: operation(
      'who asks the owner for access to the SIM just now',
      zNothing,
      z.object({
        requests: z.array(
          z.object({
            requestId: z.string(),
            kind: z.enum(['app', 'page']),
            name: z.string(),
            aid: zBytes,
            purpose: z.string(),
            withPin: z.boolean(),
            expiresAt: zTime,
          }),
        ),
      }),
    ),
    allowAccess: operation(
      'the owner lets this one request in, once',
      z.object({ requestId: z.string(), pin: zPin.optional() }),
      zNothing,
    ),
    declineAccess: operation('the owner says no', z.object({ requestId: z.string() }), zNothing),
    accessHistory: operation(
      'who reached the SIM or tried to, the newest first',
      zNothing,
      z.object({
        accesses: z.array(
          z.object({
            at: zTime,
            kind: z.enum(['app', 'page']),
            caller: z.string(),
            aid: zBytes,
            outcome: zOutcome,
          }),
        ),
      }),
    ),

    tap: operation(
      'the contactless face: one C-APDU from a reader in the field',
      z.object({ command: zBytes }),
      z.object({ response: zBytes }),
    ),
    tapEnd: operation('the phone leaves the field', zNothing, zNothing),
  },
})
export type Phone = Implementation<typeof phoneContract>
