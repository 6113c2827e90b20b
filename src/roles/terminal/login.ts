// A login at this reader, on line: its code is read from the screen beside it, the reader shows who asks, a card or phone is
// held to it, with the PIN entered here or, where the service takes that, without one. Neither PIN nor claim leaves this
// process, and the login ends with it. Ours: docs/profile.md#login-at-a-reader.

import { hex } from '../../base/bytes.ts'
import type { Session } from '../../base/ports.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Verdict } from '../../base/verdict.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { triesLeft } from '../../codec/sw.ts'
import { CardRefused, type Dialogue, run } from '../../protocol/iso7816/index.ts'
import * as jpki from '../../protocol/jpki-ap/index.ts'
import { loginMessage } from '../../protocol/login/login-message.ts'
import { type Held, readerSaw, readerTakes, touchChallenge } from '../../protocol/login/reader-message.ts'
import type { ReaderLogin } from '../verifier/readers/contract.ts'
import type { Terminal } from './contract.ts'
import type { TerminalDeps } from './deps.ts'
import { meet, type TerminalIdentity } from './encounter.ts'
import { prepared } from './prepare.ts'
import { no } from './refusals.ts'

type Taken = ReaderLogin & { readonly claim: string }

/** The reader has one screen, and so one login at a time. */
export function logins(
  deps: TerminalDeps,
): Pick<Terminal, 'readLogin' | 'currentLogin' | 'answerLogin' | 'declineLogin'> {
  let taken: Taken | undefined
  const current = () => (taken && deps.clock() < taken.expiresAt ? taken : undefined)
  return {
    readLogin: async ({ qr }) => {
      const { keyId, certificate, signer } = await prepared(deps)
      const signature = await signer.sign(readerTakes(hex(keyId), qr))
      taken = await platform(deps).loginAtReader({ qr, proof: { certificate, signature } })
      return {}
    },
    currentLogin: async () => ({ login: shown(current()) }),
    answerLogin: async ({ reader, pin }) => {
      const login = current()
      if (!login) throw no.noLogin()
      try {
        const verdict = await answer(deps, login, reader, pin)
        // What could not be checked is tried again.
        if (verdict.outcome !== 'indeterminate') taken = undefined
        return { verdict }
      } catch (error) {
        if (error instanceof Refusal && OVER.includes(error.code)) taken = undefined
        throw error
      }
    },
    declineLogin: async () => {
      const login = current()
      taken = undefined
      if (login) await platform(deps).declineLogin({ loginId: login.loginId, claim: login.claim })
      return {}
    },
  }
}

/** Nothing can be answered any more. */
const OVER = ['verifier/loginExpired', 'verifier/loginAnswered', 'verifier/unknownLogin']

function platform({ logins }: TerminalDeps): NonNullable<TerminalDeps['logins']> {
  if (!logins) throw no.noLogins()
  return logins
}

function shown(login: Taken | undefined) {
  if (!login) return null
  const { loginId: _, clientId: __, nonce: ___, claim: ____, ...screen } = login
  return screen
}

async function answer(deps: TerminalDeps, login: Taken, reader: string, pin: string | undefined): Promise<Verdict> {
  if (pin === undefined ? !login.touch : !login.pin) throw no.otherWay()
  const terminal = await prepared(deps)
  const statement = loginMessage({ ...login, readerId: hex(terminal.keyId) })
  const held =
    pin === undefined
      ? await touched(deps, reader, terminal, statement)
      : await signedBehindPin(deps, reader, pin, statement)
  const proof = { certificate: terminal.certificate, signature: await terminal.signer.sign(readerSaw(statement, held)) }
  const { loginId, claim } = login
  return (await platform(deps).answerAtReader({ loginId, claim, held, proof })).verdict
}

async function touched(
  deps: TerminalDeps,
  reader: string,
  terminal: TerminalIdentity,
  statement: Uint8Array,
): Promise<Held> {
  const { answer, transcript, trouble = '' } = await meet(deps, reader, terminal, touchChallenge(statement))
  if (!answer || !transcript) throw no.touchFailed({ because: trouble })
  return { kind: 'touch', cardChallenge: transcript.cardChallenge, ...answer }
}

async function signedBehindPin(deps: TerminalDeps, reader: string, pin: string, statement: Uint8Array): Promise<Held> {
  const session = await onReader(deps, reader)
  try {
    return await run(session, signing(pin, statement))
  } catch (error) {
    throw refusalOf(error)
  } finally {
    // A card that has left cannot be let go.
    await session.end().catch(() => undefined)
  }
}

async function onReader({ readers }: TerminalDeps, reader: string): Promise<Session> {
  try {
    return await readers(reader)
  } catch (error) {
    throw no.noCard({}, error)
  }
}

/** A phone's certificate, too, is behind the PIN. */
function* signing(pin: string, statement: Uint8Array): Dialogue<Held> {
  yield* jpki.select()
  const signature = yield* jpki.signMessage('auth', pin, statement)
  return { kind: 'pin', certificate: yield* jpki.readCertificate('auth'), signature }
}

function refusalOf(error: unknown): Refusal {
  if (jpki.isPinBlocked(error)) return no.pinBlocked({ triesLeft: 0 }, error)
  if (!(error instanceof CardRefused || error instanceof CodecError)) return no.cardLeft({}, error)
  const left = error instanceof CardRefused ? triesLeft(error.sw) : undefined
  return left === undefined ? no.cardRefused({}, error) : no.wrongPin({ triesLeft: left }, error)
}
