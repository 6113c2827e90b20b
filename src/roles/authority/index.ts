// The certification authorities of J-LIS (署名用認証局, 利用者証明用認証局) behind their contract.

import { audit } from './audit/audit.ts'
import { cardFaceCas, issueCardFace } from './card-face.ts'
import { cardOf } from './card-of.ts'
import { caCertificates, certificate } from './certificate.ts'
import { chain } from './chain.ts'
import type { Authority } from './contract.ts'
import { createCrls } from './crl/crls.ts'
import type { AuthorityDeps, Deps } from './deps.ts'
import { createFilters } from './filter/filters.ts'
import { followRegister } from './follow-register.ts'
import { openGenerations, publishAnchors } from './generations.ts'
import { issueForCard } from './issue-for-card.ts'
import { issueForPhone } from './issue-for-phone.ts'
import { confirmKey, deliverKey, fillKeyPool } from './key-pool/key-pool.ts'
import { link } from './link.ts'
import { publicLog } from './log/public-log.ts'
import { signatureLog } from './log/signature-log.ts'
import { createMemory } from './memory.ts'
import { createAnswers } from './ocsp/answers.ts'
import { type KnownStatus, ocsp } from './ocsp/ocsp.ts'
import { createResponders } from './ocsp/responders.ts'
import { life, overview, phones } from './overview/overview.ts'
import { accredit, grantedTo, parties } from './parties/accreditation.ts'
import { ageKey, determineAge } from './parties/age.ts'
import { consents, giveConsent, relinquishConsent, standingConsents, withdrawConsent } from './parties/consent.ts'
import { attestCustody, custodyStands } from './parties/custody.ts'
import { latestFacts } from './parties/latest-facts.ts'
import { refreshStatus } from './refresh-status.ts'
import { resume } from './resume.ts'
import { revoke } from './revoke.ts'
import { rollOver } from './roll-over.ts'
import { status } from './status.ts'
import { statusChanges } from './status-changes.ts'
import { issueTerminalCertificate, revokeTerminal, terminalCa, terminalsInForce } from './terminal-ca.ts'

export type { AuthorityDeps } from './deps.ts'
export { authorityMigrations } from './migrations.ts'
export { no } from './refusals.ts'
export { type AuthorityTables, authorityStore } from './store.ts'

/** Opens both authorities, making keys and CA certificates on the first call; puts out what is due. */
export async function createAuthority(given: AuthorityDeps): Promise<Authority> {
  const { log } = given
  const hierarchy = given.hierarchy ?? 'production'
  const signatures = signatureLog({ ...given, store: given.store.log })
  const opening = { ...given, hierarchy, signatures }
  const generations = await openGenerations(opening)
  const crls = createCrls({ ...opening, generations })
  const answers = createAnswers({ ...opening, generations, responders: createResponders(opening) })
  const statuses = createMemory<KnownStatus>({ statusChanges: statusChanges(given) }, given.clock)
  const putOutChanges = async () => {
    statuses.changed()
    await crls.refresh()
    await answers.refresh('changed').catch((error: Error) => log('authority.answers.failed', { reason: error.name }))
  }
  const filters = createFilters({ ...opening, generations })
  const deps: Deps = { ...opening, generations, crls, answers, statuses, filters, putOutChanges }
  await publishAnchors(deps)
  await crls.refresh()
  return {
    issueForCard: issueForCard(deps),
    issueForPhone: issueForPhone(deps),
    deliverKey: deliverKey(deps),
    confirmKey: confirmKey(deps),
    fillKeyPool: fillKeyPool(deps),
    revoke: revoke(deps),
    resume: resume(deps),
    statusChanges: statusChanges(deps),
    status: status(deps),
    link: link(deps),
    cardOf: cardOf(deps),
    chain: chain(deps),
    overview: overview(deps),
    phones: phones(deps),
    life: life(deps),
    accredit: accredit(deps),
    parties: parties(deps),
    grantedTo: grantedTo(deps),
    ageKey: ageKey(deps),
    determineAge: determineAge(deps),
    attestCustody: attestCustody(deps),
    custodyStands: custodyStands(deps),
    giveConsent: giveConsent(deps),
    withdrawConsent: withdrawConsent(deps),
    relinquishConsent: relinquishConsent(deps),
    standingConsents: standingConsents(deps),
    consents: consents(deps),
    latestFacts: latestFacts(deps),
    certificate: certificate(deps),
    caCertificates: caCertificates(deps),
    crl: ({ kind, municipalityCode, generation = generations.current(kind).generation }) =>
      crls.current({ kind, municipalityCode, generation }),
    ocsp: ocsp(deps),
    filter: ({ kind }) => filters.current(kind),
    refreshStatus: refreshStatus(deps),
    followRegister: followRegister(deps),
    generations: async ({ kind }) => ({
      current: generations.current(kind).generation,
      living: generations.all(kind).map(({ generation }) => generation),
    }),
    rollOver: rollOver(deps),
    ...publicLog(deps),
    audit: audit(deps),
    terminalCa: terminalCa(deps),
    terminalsInForce: terminalsInForce(deps),
    issueTerminalCertificate: issueTerminalCertificate(deps),
    revokeTerminal: revokeTerminal(deps),
    issueCardFace: issueCardFace(deps),
    cardFaceCas: cardFaceCas(deps),
  }
}
