// A login that goes on at a reader of the service: the reader takes it from the screen before it, as a phone would, shows what
// for, and hands on what was held to it. Ours: docs/profile.md#login-at-a-reader.

import { fromHex } from '../../../base/bytes.ts'
import { publicKey, verify } from '../../../base/crypto.ts'
import { Refusal } from '../../../base/refusal.ts'
import { loginMessage } from '../../../protocol/login/login-message.ts'
import { type Held, readerSaw, readerTakes, touchChallenge } from '../../../protocol/login/reader-message.ts'
import { verifyPinless } from '../../../protocol/pinless/index.ts'
import { type AnsweringDeps, answered, type Possession } from '../answer-login.ts'
import type { Verifier } from '../contract.ts'
import { answering, waitingLogin } from '../end-login.ts'
import { claimed, loginOfCode } from '../login-qr.ts'
import { no } from '../refusals.ts'
import { countsAtReader, provenReader } from './proven.ts'

export const loginAtReader =
  (deps: AnsweringDeps): Verifier['loginAtReader'] =>
  async ({ qr, proof }) => {
    const login = await loginOfCode(deps, qr)
    const { keyId, name, place } = await provenReader(deps, login.clientId, proof, (readerId) =>
      readerTakes(readerId, qr),
    )
    const counts = countsAtReader(login)
    if (!counts.touch && !counts.pin) throw no.notAtReader()
    const claim = await claimed(deps, login.loginId, keyId)
    const { loginId, clientId, clientName, origin, code, nonce, asked, expiresAt } = login
    const shown = { loginId, clientId, clientName, origin, code, nonce, asked, expiresAt }
    return { ...shown, ...counts, reader: { name, place }, claim }
  }

export const answerAtReader =
  (deps: AnsweringDeps): Verifier['answerAtReader'] =>
  async ({ loginId, claim, held, proof }) => {
    const login = answering(await waitingLogin(deps, loginId), claim)
    if (login.readerId === null) throw no.notAtReader()
    const statement = loginMessage(login)
    const { keyId } = await provenReader(deps, login.clientId, proof, () => readerSaw(statement, held))
    // Taken by one reader of the service, answered at another.
    if (keyId !== login.readerId) throw no.unknownReader()
    const certificate = held.kind === 'pin' ? held.certificate : await certificateOf(deps, held.serial)
    return answered(deps, login, certificate, possession(held), {
      by: held.kind === 'touch' ? 'touch' : undefined,
      way: 'at-reader',
    })
  }

/** A touch names its certificate only: J-LIS has it. */
async function certificateOf({ authority }: AnsweringDeps, serial: bigint): Promise<Uint8Array> {
  try {
    return (await authority.certificate({ kind: 'auth', serial })).certificate
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) throw no.unknownTouch({}, error)
    throw error
  }
}

const possession = (held: Held): Possession => ({
  name: `this login was ${held.kind === 'pin' ? 'signed' : 'answered'} at this reader by the key of the certificate`,
  cite: held.kind === 'pin' ? 'RFC 8017 §8.2.2' : 'ours: docs/profile.md#login-at-a-reader',
  test: ({ login, certificate }) => {
    const key = publicKey(certificate.subjectPublicKeyInfo)
    const statement = loginMessage(login)
    const right =
      held.kind === 'pin'
        ? verify('RSA-SHA256', key, statement, held.signature)
        : verifyPinless(key, transcript(statement, login.readerId ?? '', held.cardChallenge), held.signature)
    return right
      ? ['passed', `login ${login.loginId} at ${login.origin}, at reader ${login.readerId}`]
      : ['failed', 'another login, another reader or another key']
  },
})

/** Both challenges and the terminal, as the card signs them. */
const transcript = (statement: Uint8Array, readerId: string, cardChallenge: Uint8Array) => ({
  terminalChallenge: touchChallenge(statement),
  cardChallenge,
  terminalKeyId: fromHex(readerId),
})
