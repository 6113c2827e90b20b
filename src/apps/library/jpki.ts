// `kazasu/jpki`: a client of the JPKI application of My Number Cards and phones. docs/jpki.md shows how it is used.

export { type CardInReader, listReaders, openReader, type ReaderState } from '../../adapters/pcsc/index.ts'
export { type Bytes, fromHex, hex } from '../../base/bytes.ts'
export type { Link, Session } from '../../base/ports.ts'
export { CardRefused, type Dialogue, run, type Trace, transcriptCard } from '../../protocol/iso7816/index.ts'
export {
  type AppletState,
  appletState,
  availability,
  type CertificateKind,
  changePin,
  isPinBlocked,
  JPKI,
  type KeyKind,
  pinRetries,
  readCertificate,
  SIGN_SCHEME,
  select,
  sha256DigestInfo,
  signMessage,
  signWith,
  TOKEN_LABEL,
  type TokenInfo,
  tokenInfo,
  verifyPin,
} from '../../protocol/jpki-ap/index.ts'
