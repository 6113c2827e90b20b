// The machine that answers the bank's telephone: a webhook that a voice platform asks what to say next, in VoiceXML 2.1. The
// caller dials the customer number and the user code, hears two digits, chooses them on the phone and hears the balance.
// Seed 0 高橋②. Each request is signed by the platform: HMAC-SHA-256 over time and body, for five minutes.

import { fromHex, hex, utf8 } from '../../base/bytes.ts'
import { equalSecret, hmacSha256 } from '../../base/crypto.ts'
import type { Clock, KeyStore, Log } from '../../base/ports.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Service } from '../../roles/service/contract.ts'

export interface IvrDeps {
  readonly bank: Pick<Service, 'askByMachine' | 'machineCall'>
  readonly keys: KeyStore
  readonly clock: Clock
  readonly log: Log
}

export const SIGNATURE_HEADER = 'x-ivr-signature'
const FRESH_MS = 5 * 60_000

/** What both sides sign with. */
const ivrSecret = (keys: KeyStore) => keys.secret('bank-ivr-webhook', 32)

/** As the platform makes it: `t=<seconds>,v1=<hex>`. */
export async function ivrSignature(keys: KeyStore, body: string, at: Date): Promise<string> {
  const seconds = Math.floor(at.getTime() / 1000)
  const mac = hmacSha256(await ivrSecret(keys), utf8(`${seconds}.${body}`))
  return `t=${seconds},v1=${hex(mac)}`
}

/** The answer to `POST /bank/ivr`: a form with what the caller has dialled. */
export async function answerIvr(deps: IvrDeps, request: Request): Promise<Response> {
  const body = await request.text()
  if (!(await isSigned(deps, request.headers.get(SIGNATURE_HEADER) ?? '', body)))
    return new Response(null, { status: 401 })
  const dialled = new URLSearchParams(body)
  const [customer, userCode, call] = ['customer', 'usercode', 'call'].map((name) => dialled.get(name) ?? '')
  const said = await step(deps, { customer: customer!, userCode: userCode!, call: call! })
  return new Response(said, { headers: { 'content-type': 'application/voicexml+xml', 'cache-control': 'no-store' } })
}

async function isSigned({ keys, clock }: IvrDeps, header: string, body: string): Promise<boolean> {
  const [, time = '', mac = ''] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header) ?? []
  if (time === '' || Math.abs(clock().getTime() - Number(time) * 1000) > FRESH_MS) return false
  return equalSecret(fromHex(mac), hmacSha256(await ivrSecret(keys), utf8(`${time}.${body}`)))
}

interface Dialled {
  readonly customer: string
  readonly userCode: string
  readonly call: string
}

async function step({ bank, log }: IvrDeps, { customer, userCode, call }: Dialled): Promise<string> {
  try {
    if (/^[0-9a-f]{32}$/.test(call)) return told(call, await bank.machineCall({ callId: call }))
    if (!/^[0-9]{1,12}$/.test(customer) || !/^[0-9]{4,8}$/.test(userCode)) return ASK
    const { callId, code } = await bank.askByMachine({ customerNumber: customer, userCode })
    return waiting(callId, `スマートフォンの「電話での確認」を開いて、次の数字を選んでください。${digits(code)}`)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    log('ivr.refused', { code: error.code })
    // One sentence for a wrong number, a wrong code and whoever may not be asked now.
    return spoken('申し訳ありません。お調べできませんでした。')
  }
}

type Told = Awaited<ReturnType<Service['machineCall']>>

function told(call: string, { state, balance }: Told): string {
  if (state === 'waiting') return waiting(call, '')
  if (state === 'done' && balance !== null) return spoken(`確認できました。普通預金の残高は、${balance}円です。`)
  return spoken('確認できませんでしたので、ご案内はできません。')
}

const vxml = (content: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><vxml version="2.1" xmlns="http://www.w3.org/2001/vxml" xml:lang="ja-JP">${content}</vxml>`

const spoken = (text: string): string => vxml(`<form><block><prompt>${text}</prompt><disconnect/></block></form>`)

/** One after the other, so that two digits are never heard as one number. */
const digits = (code: string): string => [...code].map((digit) => `${digit}、<break time="400ms"/>`).join('')

const waiting = (call: string, text: string): string =>
  vxml(
    `<form><var name="call" expr="'${call}'"/><block><prompt>${text}<break time="2s"/></prompt>` +
      '<submit next="ivr" method="post" namelist="call"/></block></form>',
  )

const field = (name: string, type: string, text: string): string =>
  `<field name="${name}" type="${type}"><prompt>${text}</prompt></field>`

const ASK = vxml(
  `<form>${field('customer', 'digits?minlength=1;maxlength=12', 'お客さま番号と、シャープを押してください。')}` +
    `${field('usercode', 'digits?minlength=4;maxlength=8', '電話用の番号と、シャープを押してください。スマートフォンの暗証番号は、押さないでください。')}` +
    '<block><submit next="ivr" method="post" namelist="customer usercode"/></block></form>',
)
