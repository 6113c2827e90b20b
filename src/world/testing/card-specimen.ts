// A specimen of the plastic card for tests: keys by name, certificates that are none but look like some.

import { utf8 } from '../../base/bytes.ts'
import { seededEntropy } from '../../base/crypto.ts'
import type { Authority } from '../../roles/authority/contract.ts'
import type {
  CardFaceImage,
  JpkiKeyImage,
  MyNumberCard,
  MyNumberCardImage,
} from '../../roles/my-number-card/contract.ts'
import { createMyNumberCard, manufactureMyNumberCard } from '../../roles/my-number-card/index.ts'
import { certificateFor, pair, SpecimenMemory, terminalCa } from '../../roles/secure-element/specimen.ts'

export const keyOf = (name: string, serial: number, pin: string): JpkiKeyImage => ({
  privateKey: pair(name).privateKey,
  certificate: certificateFor(pair(name).publicKey, serial),
  caCertificate: certificateFor(pair('ca').publicKey, 1),
  pin,
})

interface Specimen extends Partial<MyNumberCardImage> {
  /** Under fifteen: no key for signing. */
  readonly child?: boolean
  readonly memory?: SpecimenMemory
}

/** PIN 1234, password ABC12345. */
export function specimenCard({
  child = false,
  memory = new SpecimenMemory(),
  ...changed
}: Specimen = {}): MyNumberCard {
  manufactureMyNumberCard(memory, {
    tokenSerial: '0000000020500003',
    municipality: '13221',
    expiry: '20330401',
    auth: keyOf('auth', 7, '1234'),
    ...(!child && { sign: keyOf('sign', 8, 'ABC12345') }),
    terminalCaKey: terminalCa().file,
    ...changed,
  })
  return createMyNumberCard({ memory, entropy: seededEntropy(utf8('card')), keyPairs: () => pair('made') })
}

/** What is on the face of the specimen, and the secrets that follow from it. */
export const FACE = {
  residentId: 'holder',
  myNumber: '139990000011',
  securityCode: '2285',
  expiry: '20350401',
  codeB: '55021720352285',
} as const
export const FACE_FACTS = {
  name: '清瀬　太郎',
  address: '東京都清瀬市中里５丁目８４２番地',
  birthDate: '1980-02-17',
  gender: '1',
} as const

/** Signed by this authority, whose register must know the holder with these facts. PINs 1111 and 2222. */
export async function faceImage(issue: Authority['issueCardFace']): Promise<CardFaceImage> {
  const [signing, session] = [pair('signing'), pair('session')]
  const { residentId, myNumber, securityCode, expiry } = FACE
  const order = { residentId, myNumber, securityCode, expiry }
  const issued = await issue({ ...order, signingKey: signing.publicKey, sessionKey: session.publicKey })
  const byEf = (files: typeof issued.text) => Object.fromEntries(files.map(({ ef, content }) => [ef, content]))
  return {
    cardNumber: '400000012719843',
    text: byEf(issued.text),
    surface: byEf(issued.surface),
    chain: issued.chain,
    keys: { signing: signing.privateKey, session: session.privateKey, common: pair('common').privateKey },
    pins: { text: '1111', juki: '2222' },
    myNumber,
    birthDate: FACE_FACTS.birthDate,
    securityCode,
  }
}
