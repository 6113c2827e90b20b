// Commands of delegated management as they go to the issuer for a token and come back with it. GPC v2.3.1 App. C.

import { type Bytes, concat, NO_BYTES } from '../../base/bytes.ts'
import type { Command } from '../../codec/apdu.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { decodeTlv, decodeTlvs, encodeTlvs, lv, tlv } from '../../codec/tlv.ts'
import { splitInstall, tokenInput } from './delegated-management.ts'

const INS = { delete: 0xe4, install: 0xe6 } as const
const TOKEN = 0x9e

/** The part of the data that a token signs. Throws `CodecError` for a command that takes no token. */
function signedPart({ ins, data }: Command): Bytes {
  if (ins === INS.install) return splitInstall(data).signed
  if (ins === INS.delete) return encodeTlvs(decodeTlvs(data).filter(({ tag }) => tag !== TOKEN))
  throw new CodecError('token/command', 'this command takes no token')
}

export const tokenInputOf = (command: Command): Bytes => tokenInput(command.p1, command.p2, signedPart(command))

/** The same command with this token in place of the one that it had. */
export function withToken(command: Command, token: Bytes): Command {
  const field = command.ins === INS.install ? lv(token) : token.length > 0 ? tlv(TOKEN, token) : NO_BYTES
  return { ...command, data: concat(signedPart(command), field) }
}

const SEQUENCE = 0x30
const ORDER_LENGTH = 32

/** r || s of a P-256 signature that stands in DER, as signers give it. GPC v2.3.1 §B.4.3. */
export const plainEcdsa = (signature: Bytes): Bytes =>
  concat(
    ...decodeTlvs(decodeTlv(SEQUENCE, signature)).map(({ value }) =>
      concat(new Uint8Array(ORDER_LENGTH), value).slice(-ORDER_LENGTH),
    ),
  )
