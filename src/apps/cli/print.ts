// How verdicts and APDUs look in a terminal.

import type { Bytes } from '../../base/bytes.ts'
import type { CheckResult } from '../../base/verdict.ts'
import { decodeCommand, decodeResponse } from '../../codec/apdu.ts'
import { describe, describeResponse } from '../../protocol/iso7816/index.ts'
import { paint } from './progress.ts'

const { green, red, yellow, dim } = paint()
const MARK = { passed: green('passed'), failed: red('FAILED'), indeterminate: yellow('indeterminate') }

export const printCheck = ({ name, cite, outcome, evidence }: CheckResult): string =>
  `${MARK[outcome]}  ${name}  ${dim(`[${cite}] ${evidence}`)}`

/** One exchange with a card, decoded; PINs are masked by the decoder. */
export function printTrace(card: string, command: Bytes, response: Bytes): void {
  const asked = decodeCommand(command)
  const lines = [`${card} > ${describe(asked)}`, `${card} < ${describeResponse(asked, decodeResponse(response))}`]
  process.stdout.write(dim(lines.map((line) => `      ${line}\n`).join('')))
}
