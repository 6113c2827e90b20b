// What the municipality signs of a card face, and the card-verifiable certificates above it: root, intermediate, the
// CAs of the two applications, the municipality. Forms observed: myna-card. Ours: docs/profile.md#card-face.

import type { Bytes } from '../../base/bytes.ts'
import type { Signer } from '../../base/ports.ts'
import { encodeCvc, encodeCvcBody, modulusOfSpki } from '../../codec/cvc.ts'
import * as card from '../../protocol/my-number-card/index.ts'
import { encodeKeyId } from '../../protocol/pinless/index.ts'
import type { Authority } from './contract.ts'
import type { Deps } from './deps.ts'
import { findResident } from './issuing/issue.ts'
import { no } from './refusals.ts'
import { checkedModulus, FIRST_DIGIT } from './terminal-ca.ts'

/** Numbers of the two CAs observed; the others are ours. */
const NUMBER = { root: '000001', intermediate: '000011', surface: '000023', text: '000033' } as const
type CaName = keyof typeof NUMBER
const GENERATION = 1

interface Party {
  readonly keyId: Bytes
  readonly signer: Signer
}

async function ca({ hierarchy, keys }: Deps, name: CaName): Promise<Party> {
  const keyId = encodeKeyId({ digits: FIRST_DIGIT[hierarchy] + NUMBER[name], generation: GENERATION, ca: true })
  return { keyId, signer: await keys.signer(`authority-card-face-${name}`, 'RSA-SHA256') }
}

/** Five digits of its code behind a 1. */
async function municipality({ hierarchy, keys }: Deps, code: string): Promise<Party> {
  const keyId = encodeKeyId({ digits: `${FIRST_DIGIT[hierarchy]}1${code}`, generation: GENERATION, ca: false })
  return { keyId, signer: await keys.signer(`authority-card-face-municipality-${code}`, 'RSA-SHA256') }
}

async function certify(issuer: Party, subject: Party): Promise<Bytes> {
  const modulus = modulusOfSpki(subject.signer.publicKey)
  const body = encodeCvcBody({ issuerKeyId: issuer.keyId, subjectKeyId: subject.keyId, modulus })
  return encodeCvc(body, await issuer.signer.sign(body))
}

/** What who reads a card must know: the keys that are on no card. */
export const cardFaceCas =
  (deps: Deps): Authority['cardFaceCas'] =>
  async () => {
    const known = await Promise.all((['root', 'surface', 'text'] as const).map((name) => ca(deps, name)))
    return { cas: known.map(({ keyId, signer }) => ({ keyId, publicKey: signer.publicKey })) }
  }

type Order = Parameters<Authority['issueCardFace']>[0]

/** The four facts are the register's, not the caller's; the same order gives the same files. */
export const issueCardFace =
  (deps: Deps): Authority['issueCardFace'] =>
  async (order) => {
    const resident = await findResident(deps, order.residentId)
    if (resident.status !== 'resident') throw no.notResident()
    const facts = { ...resident.fourInfo, gender: genderOf(resident.fourInfo.gender) }
    const town = await municipality(deps, resident.municipality.code)
    const [root, intermediate] = [await ca(deps, 'root'), await ca(deps, 'intermediate')]
    const [surface, text] = [await ca(deps, 'surface'), await ca(deps, 'text')]
    return {
      text: listed(await textFiles(order, facts, town, text)),
      surface: listed(await surfaceFiles(order, facts, town, surface, resident.municipality.code)),
      chain: {
        upper: await certify(root, intermediate),
        lower: await certify(intermediate, surface),
        intermediateKeyId: intermediate.keyId,
      },
    }
  }

const genderOf = (gender: string): card.FaceFacts['gender'] => (gender === '1' || gender === '2' ? gender : '9')

type Files = Readonly<Record<number, Bytes>>
const listed = (files: Files) => Object.entries(files).map(([ef, content]) => ({ ef: Number(ef), content }))

async function textFiles(order: Order, facts: card.FaceFacts, town: Party, issuer: Party): Promise<Files> {
  const { TEXT } = card
  const myNumberFile = card.encodeMyNumber(order.myNumber)
  const { sign } = town.signer
  return {
    [TEXT.myNumber]: myNumberFile,
    [TEXT.attributes]: card.encodeAttributes(facts),
    [TEXT.integrity]: await card.encodeIntegrity(myNumberFile, facts, sign),
    [TEXT.certificate]: await certify(issuer, town),
    [TEXT.basicData]: card.encodeTextBasicData(issuer.keyId),
    [TEXT.sessionKey]: card.encodeSessionKey(checkedModulus(order.sessionKey)),
    [TEXT.signedKey]: await card.encodeSignedKey(checkedModulus(order.signingKey), sign),
  }
}

async function surfaceFiles(
  order: Order,
  facts: card.FaceFacts,
  town: Party,
  issuer: Party,
  municipalityCode: string,
): Promise<Files> {
  const { SURFACE } = card
  const { sign, signDigestInfo } = town.signer
  if (!signDigestInfo) throw new Error('the keeper of this key cannot sign a DigestInfo that is given')
  const modulus = checkedModulus(order.signingKey)
  const images = card.faceImages(facts, order.myNumber, order.securityCode)
  return {
    [SURFACE.age]: await card.encodeAgeRecord(facts.birthDate, modulus, sign),
    [SURFACE.face]: await card.encodeCardFace({ facts, images, modulus, expiry: order.expiry }, signDigestInfo),
    [SURFACE.basicData]: card.encodeSurfaceBasicData(issuer.keyId, municipalityCode),
    [SURFACE.certificate]: await certify(issuer, town),
    [SURFACE.myNumberImage]: await card.encodeMyNumberImage(images.myNumber, modulus, sign),
  }
}
