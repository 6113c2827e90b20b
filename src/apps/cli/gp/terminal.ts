// A question to the person at the terminal: a secret that is not shown, a yes to what cannot be undone.

import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { no } from './refusals.ts'

/** Typed without being shown; the last line of standard input when that is no terminal. */
export async function askSecret(question: string): Promise<string> {
  const hidden = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = process.stdin.isTTY === true
  process.stderr.write(terminal ? `${question}: ` : '')
  const lines = createInterface({ input: process.stdin, output: hidden, terminal })
  try {
    return (await lines.question('')).trim()
  } finally {
    lines.close()
    if (terminal) process.stderr.write('\n')
  }
}

/** Refuses unless the person says yes, or has said so before. */
export async function confirm(what: string, yes: boolean | undefined): Promise<void> {
  if (yes) return
  if (process.stdin.isTTY !== true) throw no['not-confirmed']({ what })
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await lines.question(`${what}. Go on? [y/N] `)
    if (!/^y(es)?$/i.test(answer.trim())) throw no['not-confirmed']({ what })
  } finally {
    lines.close()
  }
}
