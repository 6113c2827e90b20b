// A signature made around a card: prepared here, signed with the 署名用 key there, finished here and brought to its level.
// ETSI EN 319 122-1 §6.1 and its siblings. Nothing is kept between the two: the draft is the document itself.

import type { Bytes } from '../../../base/bytes.ts'
import type { SignatureAlgorithm } from '../../../base/ports.ts'
import { CodecError } from '../../../codec/codec-error.ts'
import * as der from '../../../codec/der.ts'
import { OID } from '../../../codec/oid.ts'
import { type Certificate, decodeCertificate } from '../../../codec/x509.ts'
import {
  EXTEND,
  finish,
  formatOf,
  type JudgedSignature,
  prepare,
  type ReadSignature,
  readDocument,
} from '../../../protocol/ades/index.ts'
import { issuerAmong } from '../../../protocol/jpki-profile/index.ts'
import { signatureBy } from '../../../protocol/path-validation/index.ts'
import { allAnchors } from '../certificate-checks.ts'
import type { Verifier } from '../contract.ts'
import { no } from '../refusals.ts'
import { stampOf } from './time-stamps.ts'
import { type DocumentNeeds, judgeDocument } from './verify.ts'

type SigningInput = Parameters<Verifier['prepareSignature']>[0]

/** What is to be signed. The same input gives the same octets. */
export function draftOf(input: SigningInput & { readonly signingTime: Date }) {
  const { certificate: encoded, ...asked } = input
  const certificate = readable(() => decodeCertificate(encoded), no.signerCertificate)
  const algorithm = algorithmOf(certificate)
  if (!algorithm) throw no.signerCertificate()
  return readable(() => prepare({ ...asked, certificate, algorithm }), no.documentUnsignable)
}

export const prepareSignature =
  ({ clock }: Pick<DocumentNeeds, 'clock'>): Verifier['prepareSignature'] =>
  async (input) =>
    draftOf({ ...input, signingTime: clock() })

function readable<T>(read: () => T, refusal: (detail?: Record<string, string>, cause?: unknown) => Error): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof CodecError) throw refusal({ reason: error.message }, error)
    throw error
  }
}

/** The one that a card with this key signs with. */
function algorithmOf({ publicKeyAlgorithm: { algorithm, parameters } }: Certificate): SignatureAlgorithm | undefined {
  if (algorithm === OID.rsaEncryption) return 'RSA-SHA256'
  if (algorithm !== OID.ecPublicKey || parameters?.[0] !== der.TAG.OID) return undefined
  const curve = der.decode(parameters, (r) => r.oid())
  return curve === OID.prime256v1 ? 'ECDSA-P256-SHA256' : curve === OID.secp384r1 ? 'ECDSA-P384-SHA384' : undefined
}

type Detached = ReadonlyMap<string, Bytes>
type Level = Parameters<Verifier['finishSignature']>[0]['level']

export const finishSignature =
  (needs: DocumentNeeds): Verifier['finishSignature'] =>
  async ({ draft, signature, level, detached = [] }) => {
    const outside: Detached = new Map(detached.map(({ uri, content }) => [uri, content]))
    const basic = readable(() => signed(draft, signature, outside), no.draft)
    if (!(await allAnchors(needs))) throw no.statusUnknown()
    // A time stamp on what does not hold helps nobody.
    const before = await judgeDocument(needs, { document: basic, detached })
    const { indication, subIndication = 'unknown' } = decided(before.judged)
    if (indication !== 'TOTAL-PASSED') throw no.signatureNotGood({ reason: subIndication })
    const document = await brought(needs, basic, level, outside)
    const { answer, judged } = await judgeDocument(needs, { document, detached })
    decided(judged)
    needs.log('verifier.signed', { level, indication: answer.report.indication })
    return { document, report: answer.report }
  }

/** Ours is the last. While the authority is away nothing is finished: the same signature may be sent again. */
function decided(judged: readonly JudgedSignature[]): JudgedSignature {
  const ours = judged.at(-1)!
  if (ours.subIndication === 'TRY_LATER') throw no.statusUnknown()
  return ours
}

/** The last signature is ours: a PDF may bring others. */
const lastOf = (document: Bytes, detached: Detached): ReadSignature => readDocument({ document, detached }).at(-1)!

function signed(draft: Bytes, signature: Bytes, detached: Detached): Bytes {
  const { signer } = lastOf(draft, detached)
  const algorithm = signer && algorithmOf(signer)
  if (!algorithm) throw new CodecError('certificate', 'no certificate that we know how to sign with')
  const document = finish(formatOf(draft), draft, signature, algorithm)
  const after = lastOf(document, detached)
  if (!after.signed || signatureBy(signer, after.signed) !== 'right') throw no.signatureWrong()
  return document
}

async function brought(needs: DocumentNeeds, basic: Bytes, level: Level, detached: Detached): Promise<Bytes> {
  const { timeStamps } = needs
  const extend = EXTEND[formatOf(basic)]
  if (level === 'B-B') return basic
  const timed = extend.addSignatureTimeStamp(basic, await stampOf(timeStamps, extend.signatureOctets(basic), needs))
  if (level === 'B-T') return timed
  const kept = extend.addValidationData(timed, await validationData(needs, timed, detached))
  if (level === 'B-LT') return kept
  const archive = extend.prepareArchive(kept, detached)
  return archive.add(await stampOf(timeStamps, archive.toBeStamped, needs))
}

/** Asked now, after the time stamp: it tells of the time that the stamp proves. ETSI EN 319 102-1 §5.2.5. */
async function validationData(needs: DocumentNeeds, document: Bytes, detached: Detached) {
  const { signer } = lastOf(document, detached)
  const anchors = (await allAnchors(needs, signer ? [signer] : []))?.sign
  if (!signer || !anchors) throw no.statusUnknown()
  const ca = issuerAmong(signer, anchors)
  const { crls = [], ocspResponses = [] } = await needs.evidence('sign', signer, ca)
  // Without it the level would be one in name only.
  if (crls.length + ocspResponses.length === 0) throw no.statusUnknown()
  const own = await needs.timeStamps.crls()
  return {
    certificates: [ca, ...needs.timeStamps.anchors].map(({ raw }) => raw),
    crls: [...crls.map((one) => (one instanceof Uint8Array ? one : one.raw)), ...own],
    ocspResponses,
  }
}
