// Questions to whoever sits at the terminal. A secret is typed twice and not shown.

import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { Refusal } from '../../base/refusal.ts'

export interface Ask {
  text(question: string): Promise<string>
  secret(question: string): Promise<string>
  end(): void
}

export function asker(): Ask {
  let shown = true
  const output = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (shown) process.stderr.write(chunk)
      done()
    },
  })
  const lines = createInterface({ input: process.stdin, output, terminal: process.stdin.isTTY ?? false })
  const secretly = async (question: string) => {
    process.stderr.write(`${question}: `)
    shown = false
    const answer = await lines.question('').finally(() => {
      shown = true
      process.stderr.write('\n')
    })
    return answer
  }
  return {
    text: async (question) => (await lines.question(`${question}: `)).trim(),
    secret: async (question) => {
      const first = await secretly(question)
      if ((await secretly(`${question}, again`)) === first) return first
      throw new Refusal('ceremony/passphrase', 400, 'the two passphrases differ')
    },
    end: () => lines.close(),
  }
}
