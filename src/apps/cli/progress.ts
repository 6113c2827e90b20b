// Progress of long work on standard error: one rewritten line on a terminal, nothing in a pipe.

export interface Progress {
  step(text: string): void
  /** So much of so much. */
  at(done: number, of: number, text: string): void
  done(): void
}

export function progress(total: number, stream: NodeJS.WriteStream = process.stderr): Progress {
  let at = 0
  const width = 20
  const show = (part: number, text: string) => {
    if (!stream.isTTY) return
    const filled = Math.round(part * width)
    stream.write(`\r\u001b[K[${'='.repeat(filled)}${' '.repeat(width - filled)}] ${text}`)
  }
  return {
    step(text) {
      at = Math.min(at + 1, total)
      show(at / total, text)
    },
    at: (done, of, text) => show(done / of, text),
    done() {
      if (stream.isTTY) stream.write('\r\u001b[K')
    },
  }
}

/** Colour only where a person looks at a terminal. https://no-color.org */
export function paint(stream: NodeJS.WriteStream = process.stdout) {
  const on = stream.isTTY && !process.env.NO_COLOR
  const colour = (code: number) => (text: string) => (on ? `\u001b[${code}m${text}\u001b[0m` : text)
  return { red: colour(31), green: colour(32), yellow: colour(33), dim: colour(2), bold: colour(1) }
}
