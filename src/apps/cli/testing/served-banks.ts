// Two banks and a reader as processes of `kazasu serve`, and one person with a card who banks at both: logs in at a reader of the one,
// and agrees that it shows what lies at the other.

import { expect } from 'vitest'
import { type mutualTlsFetch, roleClient } from '../../../adapters/http/index.ts'
import { fileMemory } from '../../../adapters/memory/index.ts'
import { systemEntropy } from '../../../adapters/random.ts'
import { freePort } from '../../../adapters/testing/postgres-server.ts'
import { type Bytes, hex } from '../../../base/bytes.ts'
import { ownStatement } from '../../../protocol/consent/own-page.ts'
import { run } from '../../../protocol/iso7816/index.ts'
import * as jpki from '../../../protocol/jpki-ap/index.ts'
import { loginMessage } from '../../../protocol/login/login-message.ts'
import { type Service, serviceContract } from '../../../roles/service/contract.ts'
import { terminalContract } from '../../../roles/terminal/contract.ts'
import { type Verifier, verifierContract } from '../../../roles/verifier/contract.ts'
import { type Browser, browser } from '../../../roles/verifier/testing/browser.ts'
import { PLATFORM } from '../../../world/people.ts'
import { cardPath } from '../../../world/platform.ts'
import { createShelf } from '../../../world/shelf.ts'

interface Process {
  readonly inner: string
  readonly outer: string | undefined
  /** SIGKILL; returns when it is dead. */
  kill(): Promise<void>
}

export interface Town {
  readonly folder: string
  serve(role: string, ...args: string[]): Promise<Process>
  readonly authority: Process
  readonly verifier: Process
  /** The operator's. */
  readonly fetch: ReturnType<typeof mutualTlsFetch>
}

const CARD = { name: 'adult', pin: '1234' }
/** What is held to a reader; with its PIN, or for a touch alone. */
interface AtReader {
  readonly what: string
  readonly pin?: string
}
const CUSTOMER = { displayName: 'C', passcode: '111111' }

/**
 * The bank starts while its reader is away, and finds it. The reader's key and certificate are kept: with J-LIS out of its reach it is
 * the reader that the bank knows.
 */
export async function banksWithReader(town: Town): Promise<void> {
  const { serve, verifier, authority, fetch } = town
  const platform = ['--peer', `verifier=${verifier.inner}`]
  const all = [...platform, '--peer', `authority=${authority.inner}`]
  const port = String(await freePort())
  const asReader = ['terminal', '--id', 'reader', '--port', port] as const
  const seen = ['--openid', verifier.outer!]
  const union = await serve('service', '--id', 'shinkin', ...all, ...seen)
  const reached = ['--other', union.outer!, '--peer', `terminal-reader=https://127.0.0.1:${port}`]
  const bank = await serve('service', '--id', 'bank', ...all, ...seen, ...reached)
  const service = roleClient(serviceContract, { url: bank.inner, fetch })
  const ready = async () => (await globalThis.fetch(`${bank.outer}/health/ready`)).json()
  expect(await ready()).toMatchObject({ status: 'ready', peers: { 'terminal-reader': 'away' } })
  const touch = () => service.startLogin({ checkIn: true })
  await expect(touch()).rejects.toMatchObject({ code: 'service/readerAway', status: 503 })
  const first = await serve(...asReader, ...all)
  await expect.poll(() => touch().catch(({ code }) => code)).toMatchObject({ location: expect.any(String) })
  expect(await ready()).toMatchObject({ peers: { 'terminal-reader': 'answers' } })
  await first.kill()
  const away = ['--peer', 'authority=https://127.0.0.1:1']
  const reader = await serve(...asReader, ...platform, ...away)
  await expect(roleClient(terminalContract, { url: reader.inner, fetch }).prepare({})).rejects.toMatchObject({
    code: 'peer/unreachable',
  })
  const asked = roleClient(verifierContract, { url: verifier.inner, fetch })
  const banking = people(town)

  const other = roleClient(serviceContract, { url: union.inner, fetch })
  // A reader of the bank is none of the credit union.
  const foreign = await banking.begun(other)
  expect(await heldTo(reader, asked, foreign.loginId)).toContain('verifier/unknownReader')
  const { claim } = await asked.scanLogin({ qr: (await asked.loginQr(foreign)).qr! })
  const answer = await banking.signed(loginMessage(await asked.showLogin(foreign)))
  await asked.answerLogin({ loginId: foreign.loginId, claim, ...answer })
  await banking.customer(other, await foreign.back(), 2_345)

  const login = await banking.begun(service)
  expect((await asked.showLogin(login)).readers).toMatchObject([{ name: expect.stringContaining('窓口1番') }])
  expect(await heldTo(reader, asked, login.loginId)).toContain('ログインしました')
  const session = await banking.customer(service, await login.back(), 100)

  expect(await service.tied({ session })).toMatchObject({ standing: 'untied' })
  const { requestId } = await service.askTie({ session })
  await asked.answerLink({ requestId, ...(await banking.own(`link ${requestId}`)) })
  expect(await service.tied({ session })).toMatchObject({ standing: 'shown', balance: 2_345 })
  await union.kill()
  expect(await service.tied({ session })).toMatchObject({ standing: 'away', balance: null })
}

/** What the reader shows in the end; the card is held to it with its PIN, or something else. */
export async function heldTo(
  { outer }: Pick<Process, 'outer'>,
  verifier: Pick<Verifier, 'loginQr'>,
  loginId: string,
  held: AtReader = { what: CARD.name, pin: CARD.pin },
): Promise<string> {
  const { qr } = await verifier.loginQr({ loginId })
  const post = (path: string, body: Record<string, string>) =>
    fetch(`${outer}/reader/${path}`, {
      method: 'POST',
      body: new URLSearchParams(body),
      headers: { origin: outer!, 'accept-language': 'ja' },
    })
  const read = await (await post('read', { qr: qr! })).text()
  return read.includes('/reader/pin') ? (await post(held.pin ? 'pin' : 'touch', { ...held })).text() : read
}

/** In a browser of its own, up to the login page; `back` is where the browser is once it was approved. */
export async function begunAt(home: string, service: Pick<Service, 'startLogin'>, wish: { checkIn?: boolean } = {}) {
  const own: Browser = browser(home)
  const { session, location } = await service.startLogin(wish)
  const { pathname, searchParams } = new URL((await own.go(location)).url)
  const back = async () => ({
    session,
    callback: (await own.go(`${home}/interaction/${searchParams.get('uid')}/finish`)).url,
  })
  return { loginId: pathname.replace('/login/', ''), back }
}

function people({ folder, verifier: { outer } }: Town) {
  const home = `${outer}/verifier`
  const shelf = createShelf({
    platform: { memory: (name) => fileMemory(cardPath(folder, name)), entropy: systemEntropy },
  })
  const signed = async (statement: Bytes) => {
    const card = await shelf.open(CARD.name)
    try {
      return await run(card, signing(statement))
    } finally {
      await card.end()
    }
  }
  return {
    signed,
    begun: (service: Service) => begunAt(home, service),
    customer: async (service: Service, back: { session: string; callback: string }, balance: number) => {
      const customerNumber = String(balance)
      await service.addCustomer({ ...CUSTOMER, customerNumber, balance })
      const { session } = await service.finishLogin(back)
      await service.linkCustomer({ session, customerNumber, passcode: CUSTOMER.passcode })
      return session
    },
    own: async (wanted: `link ${string}`) => {
      const once = { nonce: hex(systemEntropy(16)), at: new Date() }
      return { ...once, ...(await signed(ownStatement({ platform: PLATFORM.party, wanted, ...once }))) }
    },
  }
}

function* signing(statement: Bytes) {
  yield* jpki.select()
  const signature = yield* jpki.signMessage('auth', CARD.pin, statement)
  return { certificate: yield* jpki.readCertificate('auth'), signature }
}
