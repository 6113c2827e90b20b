// A PDF of plain lines on A4, for reports and forms. ISO 32000-1. Its font is named and not carried: Japanese of the collection
// Adobe-Japan1 under a predefined CMap, which every reader must know (ISO 32000-1 §9.7.5.2); the same lines give the same octets.

import { type Bytes, concat, hex, utf8 } from '../../base/bytes.ts'

export interface TextLine {
  readonly text: string
  /** In points; default 10. */
  readonly size?: number
  /** White space above, in points. */
  readonly above?: number
  /** From the left margin, in points. */
  readonly indent?: number
}

const PAGE = { width: 595, height: 842, margin: 56 }
const LEADING = 1.5

interface Placed {
  readonly text: string
  readonly size: number
  readonly x: number
  readonly y: number
}

export function textPdf(title: string, language: 'ja' | 'en', lines: readonly TextLine[]): Bytes {
  const pages = paged(lines)
  const kids = pages.map((_, i) => `${FIRST_PAGE + 2 * i} 0 R`)
  const objects: Bytes[] = [
    utf8(`<< /Type /Catalog /Pages 2 0 R /Lang (${language}) /ViewerPreferences << /DisplayDocTitle true >> >>`),
    utf8(`<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${pages.length} >>`),
    utf8(`<< /Title <feff${utf16(title)}> >>`),
    ...FONT.map(utf8),
    ...pages.flatMap((page, i) => [utf8(pageObject(FIRST_PAGE + 2 * i + 1)), contents(page)]),
  ]
  return assembled(objects)
}

/** Half-width Latin of 500, all else of 1,000: ISO 32000-1 §9.7.4.3, and the ranges of Adobe-Japan1. */
const FONT = [
  '<< /Type /Font /Subtype /Type0 /BaseFont /KozGoPr6N-Medium /Encoding /UniJIS-UCS2-HW-H /DescendantFonts [5 0 R] >>',
  '<< /Type /Font /Subtype /CIDFontType0 /BaseFont /KozGoPr6N-Medium /DW 1000 /W [231 632 500] /FontDescriptor 6 0 R ' +
    '/CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 6 >> >>',
  '<< /Type /FontDescriptor /FontName /KozGoPr6N-Medium /Flags 4 /FontBBox [-538 -374 1254 1418] /ItalicAngle 0 ' +
    '/Ascent 880 /Descent -120 /CapHeight 763 /StemV 99 >>',
]
const FIRST_PAGE = 4 + FONT.length

const pageObject = (contentsAt: number): string =>
  `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${PAGE.width} ${PAGE.height}] /Contents ${contentsAt} 0 R ` +
  '/Resources << /Font << /F 4 0 R >> >> >>'

function contents(page: readonly Placed[]): Bytes {
  const shown = page.map(({ text, size, x, y }) => `/F ${size} Tf 1 0 0 1 ${x} ${y.toFixed(1)} Tm <${utf16(text)}> Tj`)
  const inside = utf8(`BT\n${shown.join('\n')}\nET`)
  return concat(utf8(`<< /Length ${inside.length} >>\nstream\n`), inside, utf8('\nendstream'))
}

/** What has no place in UCS-2 is shown as 〓. */
function utf16(text: string): string {
  const units = Array.from(text, (c) => (c.length === 1 ? c.charCodeAt(0) : 0x3013))
  return hex(Uint8Array.from(units.flatMap((unit) => [unit >> 8, unit & 0xff])))
}

function paged(lines: readonly TextLine[]): Placed[][] {
  const pages: Placed[][] = [[]]
  let y = PAGE.height - PAGE.margin
  for (const { text, size = 10, above = 0, indent = 0 } of lines) {
    y -= above
    for (const row of wrapped(text, (PAGE.width - 2 * PAGE.margin - indent) / size)) {
      y -= size * LEADING
      if (y < PAGE.margin) {
        pages.push([])
        y = PAGE.height - PAGE.margin - size * LEADING
      }
      pages.at(-1)!.push({ text: row, size, x: PAGE.margin + indent, y })
    }
  }
  return pages
}

const widthOf = (c: string): number => (c >= ' ' && c <= '~' ? 0.5 : 1)

/** At most so many ems a row; Latin words stay whole where they fit. */
function wrapped(text: string, ems: number): string[] {
  const rows: string[] = []
  let row = ''
  let width = 0
  for (const piece of text.match(/[!-~]+|./gu) ?? ['']) {
    const wide = Array.from(piece).reduce((sum, c) => sum + widthOf(c), 0)
    if (width + wide > ems && row !== '' && wide <= ems) {
      rows.push(row)
      row = ''
      width = 0
      if (piece === ' ') continue
    }
    for (const c of piece) {
      if (width + widthOf(c) > ems) {
        rows.push(row)
        row = ''
        width = 0
      }
      row += c
      width += widthOf(c)
    }
  }
  return [...rows, row]
}

function assembled(objects: readonly Bytes[]): Bytes {
  const parts: Bytes[] = [utf8('%PDF-1.7\n%\u{80}\u{80}\n')]
  let at = parts[0]!.length
  const offsets = objects.map((object, i) => {
    const whole = concat(utf8(`${i + 1} 0 obj\n`), object, utf8('\nendobj\n'))
    parts.push(whole)
    at += whole.length
    return at - whole.length
  })
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const size = objects.length + 1
  const end = `trailer\n<< /Size ${size} /Root 1 0 R /Info 3 0 R >>\nstartxref\n${at}\n%%EOF\n`
  return concat(...parts, utf8(`xref\n0 ${size}\n0000000000 65535 f \n${table}${end}`))
}
