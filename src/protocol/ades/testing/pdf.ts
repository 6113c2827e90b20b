// A small PDF for tests of signatures, written by hand: a page that says something, cross-references as table or stream.

import { type Bytes, utf8 } from '../../../base/bytes.ts'

const OBJECTS = [
  '<< /Type /Catalog /Pages 2 0 R >>',
  '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
  '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>',
  'stream',
  '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
] as const

const streamText = (inside: string): string => `<< /Length ${inside.length} >>\nstream\n${inside}\nendstream`

/** `more` are objects from number 6 on. */
export function pdf(shown = 'Pay 100 yen', kind: 'table' | 'stream' = 'table', more: readonly string[] = []): Bytes {
  const contents = streamText(`BT /F 12 Tf 10 100 Td (${shown}) Tj ET`)
  let text = '%PDF-1.7\n%\n'
  const offsets: number[] = []
  for (const [i, object] of [...OBJECTS, ...more].entries()) {
    offsets.push(text.length)
    text += `${i + 1} 0 obj\n${object === 'stream' ? contents : object}\nendobj\n`
  }
  const start = text.length
  const size = offsets.length + 1
  if (kind === 'table') {
    const lines = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`)
    text += `xref\n0 ${size}\n0000000000 65535 f \n${lines.join('')}trailer\n<< /Size ${size} /Root 1 0 R >>\n`
    return utf8(`${text}startxref\n${start}\n%%EOF\n`)
  }
  const rows = [
    [0, 0, 0, 0],
    ...offsets.map((offset) => [1, offset >> 8, offset & 0xff, 0]),
    [1, start >> 8, start & 0xff, 0],
  ]
  const data = rows.map((row) => row.map((octet) => octet.toString(16).padStart(2, '0')).join('')).join('')
  const head = `<< /Type /XRef /Size ${size + 1} /W [1 2 1] /Root 1 0 R /Length ${data.length / 2} >>`
  const octets = Uint8Array.from({ length: data.length / 2 }, (_, i) =>
    Number.parseInt(data.slice(2 * i, 2 * i + 2), 16),
  )
  const before = utf8(`${text}${size} 0 obj\n${head}\nstream\n`)
  const after = utf8(`\nendstream\nendobj\nstartxref\n${start}\n%%EOF\n`)
  const whole = new Uint8Array(before.length + octets.length + after.length)
  whole.set(before)
  whole.set(octets, before.length)
  whole.set(after, before.length + octets.length)
  return whole
}

/** A further revision by hand, as an attacker writes it: whole objects by number. */
export function revised(
  document: Bytes,
  objects: Readonly<Record<number, string>>,
  trailer = '',
  from?: number,
): Bytes {
  const old = String.fromCharCode(...document)
  const previous = from ?? Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(old)![1])
  let text = ''
  const lines: string[] = []
  for (const [number, object] of Object.entries(objects)) {
    lines.push(`${number} 1\n${String(document.length + text.length).padStart(10, '0')} 00000 n \n`)
    text += `${number} 0 obj\n${object}\nendobj\n`
  }
  const start = document.length + text.length
  const size = Math.max(64, ...Object.keys(objects).map((number) => Number(number) + 1))
  text += `xref\n${lines.join('')}trailer\n<< /Size ${size} /Root 1 0 R /Prev ${previous} ${trailer}>>\nstartxref\n${start}\n%%EOF\n`
  const added = utf8(text)
  const whole = new Uint8Array(document.length + added.length)
  whole.set(document)
  whole.set(added, document.length)
  return whole
}

export const contentStream = (shown: string): string => streamText(`BT /F 12 Tf 10 100 Td (${shown}) Tj ET`)
