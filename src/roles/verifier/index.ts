// 署名等検証事業者, put together. Its OpenID provider is in openid/http.ts.

import { allowList } from './allow-list.ts'
import { answerLogin } from './answer-login.ts'
import { answerApproval, declineApproval } from './approvals/answer.ts'
import { approvalsFor, receiveApprovals, stopApprovals } from './approvals/inbox.ts'
import { notifyClients } from './approvals/notify.ts'
import { online } from './certificate-checks.ts'
import { ageRequest, answerAge, askAge } from './consents/age.ts'
import { answerConsent, askConsent, consentRequest } from './consents/consent.ts'
import { factsConsent, latestFacts } from './consents/facts.ts'
import { withdrawOwn } from './consents/own-page.ts'
import { declineRequest } from './consents/requests.ts'
import type { Verifier } from './contract.ts'
import { declineLogin } from './decline-login.ts'
import { deliverEvents } from './events/deliver.ts'
import { inFlight } from './events/model.ts'
import { evidence, evidenceManifest } from './evidence/export.ts'
import { sealEvidence } from './evidence/seal.ts'
import { firms } from './firms/firms.ts'
import { links } from './links/links.ts'
import { listKey } from './list-key.ts'
import { loginQr, scanLogin } from './login-qr.ts'
import { mandates } from './mandates/mandates.ts'
import { sealEarlier } from './mandates/words.ts'
import { ALLOW_LIST_KEY, type Deps, type Running } from './model.ts'
import { operator } from './operator/operator.ts'
import { ownRecords, ownUses } from './own/records.ts'
import { answerAtReader, loginAtReader } from './readers/at-reader.ts'
import { registerClient } from './register-client.ts'
import { signatureRequests } from './requests/requests.ts'
import { services } from './services/services.ts'
import { showLogin } from './show-login.ts'
import { finishSignature, prepareSignature } from './signatures/make.ts'
import { timeStamp } from './signatures/time-stamp.ts'
import { ownTimeStamps } from './signatures/time-stamps.ts'
import { verifyDocument, verifyDocuments } from './signatures/verify.ts'
import { verifyCertificate } from './verify-certificate.ts'
import { verifySignature } from './verify-signature.ts'
import { followChanges } from './watch/watch.ts'

export type { PlatformParty } from './consents/model.ts'
export { ACR, type Deps as VerifierDeps } from './model.ts'
export type { PortalLogin } from './services/model.ts'
export type { TimeStamps } from './signatures/time-stamps.ts'
export { type VerifierTables, verifierMigrations, verifierStore } from './store.ts'

/** The verification platform; its key for allow-lists is made now, so that gates can fetch it at any time. */
export async function createVerifier(given: Deps): Promise<Verifier> {
  const deps: Running = { ...given, inFlight: inFlight() }
  await deps.keys.signer(...ALLOW_LIST_KEY)
  await sealEarlier(deps)
  const documents = { ...online(deps), timeStamps: deps.timeStamps ?? (await ownTimeStamps(deps)) }
  const finish = finishSignature(documents)
  const verify = verifyDocument(documents)
  return {
    prepareSignature: prepareSignature(deps),
    finishSignature: finish,
    ...signatureRequests({ ...deps, finishSignature: finish, verifyDocument: verify }),
    verifyDocument: verify,
    verifyDocuments: verifyDocuments(documents),
    timeStamp: timeStamp(documents),
    verifySignature: verifySignature(online(deps)),
    verifyCertificate: verifyCertificate(online(deps)),
    registerClient: registerClient(deps),
    showLogin: showLogin(deps),
    answerLogin: answerLogin(deps),
    declineLogin: declineLogin(deps),
    receiveApprovals: receiveApprovals(deps),
    stopApprovals: stopApprovals(deps),
    approvalsFor: approvalsFor(deps),
    answerApproval: answerApproval(deps),
    declineApproval: declineApproval(deps),
    notifyClients: notifyClients(deps),
    loginQr: loginQr(deps),
    scanLogin: scanLogin(deps),
    loginAtReader: loginAtReader(deps),
    answerAtReader: answerAtReader(deps),
    askAge: askAge(deps),
    ageRequest: ageRequest(deps),
    answerAge: answerAge(deps),
    askConsent: askConsent(deps),
    consentRequest: consentRequest(deps),
    answerConsent: answerConsent(deps),
    declineRequest: declineRequest(deps),
    factsConsent: factsConsent(deps),
    latestFacts: latestFacts(deps),
    ownRecords: ownRecords(deps),
    ownUses: ownUses(deps),
    withdrawOwn: withdrawOwn(deps),
    ...links(deps),
    ...mandates(deps),
    ...firms(deps),
    followChanges: followChanges(deps),
    deliverEvents: deliverEvents(deps),
    ...services(deps),
    ...operator(deps),
    evidence: evidence(deps),
    evidenceManifest: evidenceManifest(deps),
    sealEvidence: sealEvidence(deps),
    allowList: allowList(deps),
    listKey: listKey(deps),
  }
}
