// The process that holds the session to the token: a PKCS#11 library that crashes takes this process along and not the
// authority. Answers its parent; ends with it, and by itself when the token no longer does what it is asked.

import type { Answered, Asked, Failure, Question, Value } from './messages.ts'
import { loadPkcs11, type Pkcs11 } from './pkcs11-module.ts'
import { openToken, type Token } from './token.ts'

let token: Token | undefined

const ANSWERS: { [K in Question['ask']]: (question: Extract<Question, { ask: K }>) => Promise<Value> } = {
  open: async ({ module, token: label, pin, sessions }) => {
    token = openToken(await loaded(module), label, pin, sessions)
    return token.description
  },
  key: async ({ name, algorithm, make }) => {
    if (make && !opened().publicKey(name)) opened().make(name, algorithm)
    return opened().publicKey(name) ?? null
  },
  sign: ({ name, algorithm, message }) => opened().sign(name, algorithm, Uint8Array.from(message)),
}

function opened(): Token {
  if (!token) throw new Error('the token is not open')
  return token
}

class NotInstalled extends Error {}

async function loaded(module: string): Promise<Pkcs11> {
  try {
    return await loadPkcs11(module)
  } catch (error) {
    throw new NotInstalled('no pkcs11js or no PKCS#11 library', { cause: error })
  }
}

/** What a token says cannot be known in advance, and a PIN must not be tried again: only that is told apart. */
function failureOf(error: unknown): Failure {
  if (error instanceof NotInstalled) return 'not-installed'
  const { message } = error as Error
  if (message === 'no-token') return 'no-token'
  return /CKR_PIN_/.test(message) ? 'wrong-pin' : 'lost'
}

async function answer({ id, ...question }: Asked): Promise<Answered> {
  try {
    return { id, value: await ANSWERS[question.ask](question as never) }
  } catch (error) {
    return { id, failure: failureOf(error), reason: /CKR_\w+/.exec((error as Error).message)?.[0] ?? 'unexpected' }
  }
}

process.on('disconnect', () => process.exit(0))
process.on('message', async (asked: Asked) => {
  const answered = await answer(asked)
  process.send?.(answered, () => {
    if ('failure' in answered) process.exit(1)
  })
})
