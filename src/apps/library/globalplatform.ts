// `kazasu/globalplatform`: a client of GlobalPlatform cards. docs/globalplatform.md shows how it is used.

export { loadFileOf } from '../../adapters/cap-file.ts'
export { type CardInReader, listReaders, openReader, type ReaderState } from '../../adapters/pcsc/index.ts'
export { systemEntropy } from '../../adapters/random.ts'
export { type Bytes, fromHex, hex } from '../../base/bytes.ts'
export { type PrivateKey, type PublicKey, privateKey, publicKey } from '../../base/crypto.ts'
export type { Entropy, Link, Session } from '../../base/ports.ts'
export { type Command, command, decodeCommand, encodeCommand, type Response } from '../../codec/apdu.ts'
export { type Cap, decodeCap } from '../../codec/cap.ts'
export { decodeScriptAnswer, encodeScript, type ScriptAnswer } from '../../codec/remote-script.ts'
export * as accessRules from '../../protocol/access-rules/index.ts'
export * from '../../protocol/globalplatform/index.ts'
export {
  ask,
  CardRefused,
  closeChannel,
  type Dialogue,
  NotRecorded,
  onChannel,
  openChannel,
  type Recorder,
  recorder,
  replay,
  run,
  type Trace,
  type TranscriptCard,
  transcriptCard,
} from '../../protocol/iso7816/index.ts'
export {
  AnswerLost,
  type Exchange,
  FULL_SECURITY,
  PacketFailed,
  type PacketRoute,
  PacketSender,
  remotely,
  sendPacket,
  sendScript,
} from '../../protocol/ota/sender.ts'
