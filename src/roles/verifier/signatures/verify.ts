// Documents judged as of now: each signature with an OCSP answer of its own, under the rules of 署名用電子証明書.
// ETSI EN 319 102-1; seed 2 pattern 1-2. A document that fails says so in its answer and disturbs no other.

import { joined, judge } from '../../../base/verdict.ts'
import { nameEqual } from '../../../codec/name.ts'
import type { Certificate } from '../../../codec/x509.ts'
import {
  documentReport,
  type JudgedSignature,
  judgeSignature,
  type ReadSignature,
  readDocument,
} from '../../../protocol/ades/index.ts'
import { caName, issuerAmong, PROFILES, profileChecks, readFourInfo } from '../../../protocol/jpki-profile/index.ts'
import { allAnchors, type Generations, type Needs } from '../certificate-checks.ts'
import type { Verifier } from '../contract.ts'
import type { TimeStamps } from './time-stamps.ts'

export interface DocumentNeeds extends Needs {
  readonly timeStamps: TimeStamps
}

type Question = Parameters<Verifier['verifyDocument']>[0]
type Answer = Awaited<ReturnType<Verifier['verifyDocument']>>

export const verifyDocument =
  (needs: DocumentNeeds): Verifier['verifyDocument'] =>
  async (question) => {
    const { answer } = await judgeDocument(needs, question)
    needs.log('verifier.document', { indication: answer.report.indication, signatures: answer.signers.length })
    return answer
  }

/** All at once: each asks the authority, which batches what comes together. */
export const verifyDocuments =
  (needs: DocumentNeeds): Verifier['verifyDocuments'] =>
  async ({ documents }) => ({ answers: await Promise.all(documents.map(verifyDocument(needs))) })

export async function judgeDocument(
  needs: DocumentNeeds,
  { document, detached = [], mustCover }: Question,
): Promise<{ readonly answer: Answer; readonly judged: readonly JudgedSignature[] }> {
  const outside = new Map(detached.map(({ uri, content }) => [uri, content]))
  const signatures = readDocument({ document, detached: outside, ...(mustCover && { mustCover }) })
  const signers = signatures.flatMap((read) => [read, ...read.counterSignatures]).flatMap(({ signer }) => signer ?? [])
  const anchors = (await allAnchors(needs, signers))?.sign
  const judged = await Promise.all(signatures.map((read) => judgeAll(needs, read, anchors)))
  const report = documentReport(document, judged, needs.clock())
  return { answer: { report, signers: judged.map(signerOf) }, judged }
}

/** Each counter-signature has an answer of the authority of its own. */
async function judgeAll(
  needs: DocumentNeeds,
  read: ReadSignature,
  anchors: Generations | undefined,
): Promise<JudgedSignature> {
  const all = [{ ...read, counterSignatures: [] }, ...read.counterSignatures]
  const [judged, ...counterSignatures] = await Promise.all(all.map((one) => judgeOne(needs, one, anchors)))
  return { ...judged!, counterSignatures }
}

async function judgeOne(
  needs: DocumentNeeds,
  read: ReadSignature,
  anchors: Generations | undefined,
): Promise<JudgedSignature> {
  const { keyUsage, extendedKeyUsage, policy } = PROFILES.sign
  const { signer } = read
  const ca = signer && anchors && issuerAmong(signer, anchors)
  const hierarchy = ca && nameEqual(ca.subject, caName('sign', 'test')) ? 'test' : 'production'
  const evidence = signer && ca ? await needs.evidence('sign', signer, ca) : { required: true }
  const { crls = [], ocspResponses = [], nonce } = evidence
  // The time is read after the answer: what was signed while we waited is not of the future.
  const judged = judgeSignature(read, {
    trustAnchors: anchors ?? [],
    timeStampAnchors: needs.timeStamps.anchors,
    crls: [...crls, ...(await needs.timeStamps.crls())],
    ocspResponses,
    ...(nonce && { nonce }),
    time: needs.clock(),
    purpose: { keyUsage, extendedKeyUsage, policies: [policy[hierarchy]] },
  })
  return signer && judged.indication === 'TOTAL-PASSED' ? withProfile(judged, signer, hierarchy) : judged
}

/** What JPKI demands of its certificates besides RFC 5280. */
function withProfile(
  judged: JudgedSignature,
  certificate: Certificate,
  hierarchy: 'test' | 'production',
): JudgedSignature {
  const form = joined(judge(profileChecks, { certificate, profile: 'sign', hierarchy }))
  const constraints = [...judged.constraints, ...form.checks]
  if (form.outcome === 'passed') return { ...judged, constraints }
  return { ...judged, constraints, indication: 'INDETERMINATE', subIndication: 'CHAIN_CONSTRAINTS_FAILURE' }
}

function signerOf({ read, indication }: JudgedSignature): Answer['signers'][number] {
  if (indication !== 'TOTAL-PASSED' || !read.signer) return null
  const { name, address, birthDate, gender } = readFourInfo(read.signer)
  return { serial: read.signer.serialNumber, fourInfo: { name, address, birthDate, gender } }
}
