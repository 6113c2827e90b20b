// PAdES of our own through all levels, and the attacks on signed PDFs: forgery, incremental saving, wrapping, shadows.

import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Bytes, fromLatin1, utf8 } from '../../base/bytes.ts'
import { PdfDocument } from '../../codec/pdf/document.ts'
import * as ades from './index.ts'
import { contentStream, pdf, revised } from './testing/pdf.ts'
import * as t from './testing/signing.ts'

const soon = t.at('2026-11-20T12:10:00Z')
const fresh = (time = soon) => t.context(time, t.lists(time))

function signed(document = pdf()): Bytes {
  const { draft, toBeSigned } = ades.preparePades({
    document,
    certificate: t.signer.certificate,
    algorithm: 'RSA-SHA256',
    signingTime: t.SIGNED_AT,
  })
  expect(ades.padesToBeSigned(draft)).toEqual(toBeSigned)
  return ades.finishPades(draft, t.signWith(toBeSigned))
}

const judgedAll = (document: Bytes, context = fresh()) =>
  ades.readPades({ document }).map((read) => ades.judgeSignature(read, context))
const judged = (document: Bytes, context = fresh()) =>
  judgedAll(document, context).flatMap(({ indication, subIndication, level }) => [
    indication,
    ...(subIndication ? [subIndication] : []),
    level,
  ])
const reasons = (document: Bytes) =>
  judgedAll(document).flatMap(({ constraints }) =>
    constraints.filter(({ outcome }) => outcome !== 'passed').map(({ evidence }) => evidence),
  )
async function archived(document: Bytes, time: Date, by = t.stamper()): Promise<Bytes> {
  const { draft, toBeStamped } = ades.preparePadesArchive(document)
  return ades.addPadesArchiveTimeStamp(draft, await t.stamped(toBeStamped, time, by))
}

test.each(['table', 'stream'] as const)('B-B to B-LTA and renewal, cross-references as %s', async (kind) => {
  const after = t.at('2030-01-01T00:00:00Z')
  const b = signed(pdf('Pay 100 yen', kind))
  expect(judged(b)).toEqual(['TOTAL-PASSED', 'B-B'])
  const bt = ades.addPadesSignatureTimeStamp(b, await t.stamped(ades.padesSignatureOctets(b), t.SIGNED_AT))
  expect(judged(bt)).toEqual(['TOTAL-PASSED', 'B-T'])
  const lt = ades.addPadesValidationData(bt, t.lists(t.at('2026-11-20T12:05:00Z')))
  expect(judged(lt)).toEqual(['TOTAL-PASSED', 'B-LT'])
  expect(judged(lt, fresh(after))).toEqual(['TOTAL-PASSED', 'B-LT'])
  const lta = await archived(lt, soon)
  expect(judged(lta, fresh(after))).toEqual(['TOTAL-PASSED', 'B-LTA'])
  const kept = ades.addPadesValidationData(lta, t.lists(t.at('2030-06-01T00:00:00Z')))
  const renewed = await archived(kept, t.at('2030-06-01T00:00:01Z'), t.stamper('2050-01-01T00:00:00Z'))
  expect(judged(renewed, fresh(t.at('2045-01-01T00:00:00Z')))).toEqual(['TOTAL-PASSED', 'B-LTA'])
  expect(judgedAll(renewed)[0]!.read.scope[0]).toMatchObject({ whole: false })
})

test('two sign one after the other; each says which revision it is over', () => {
  const both = signed(signed())
  expect(judged(both)).toEqual(['TOTAL-PASSED', 'B-B', 'TOTAL-PASSED', 'B-B'])
  expect(judgedAll(both).map(({ read }) => read.scope[0]!.whole)).toEqual([false, true])
})

/** As text, octet for octet. */
const latin = (bytes: Bytes): string => {
  let text = ''
  for (let at = 0; at < bytes.length; at += 4096) text += fromLatin1(bytes.subarray(at, at + 4096))
  return text
}
const octets = (text: string): Bytes => Uint8Array.from(text, (one) => one.charCodeAt(0))

test('a changed page', () => {
  const changed = octets(latin(signed()).replace('Pay 100 yen', 'Pay 999 yen'))
  expect(judged(changed)).toEqual(['TOTAL-FAILED', 'HASH_FAILURE', 'none'])
})

test('incremental saving: contents, page, catalog and form changed in a later revision', () => {
  const document = signed()
  const page = '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 40 0 R >>'
  expect(reasons(revised(document, { 4: contentStream('Pay 999 yen') }))[0]).toContain('/Contents: changed')
  expect(reasons(revised(document, { 3: page, 40: contentStream('Pay 999 yen') }))[0]).toContain('/Contents: changed')
  expect(reasons(revised(document, { 1: '<< /Type /Catalog /Pages 2 0 R >>' }))).not.toEqual([])
  expect(judged(revised(document, { 4: contentStream('Pay 999 yen') }))).toEqual([
    'INDETERMINATE',
    'SIG_CONSTRAINTS_FAILURE',
    'none',
  ])
})

test('incremental saving without what belongs to it: nothing is repaired', () => {
  const document = signed()
  const body = `4 0 obj\n${contentStream('Pay 999 yen')}\nendobj\n`
  for (const tail of [body, `${body}trailer\n<< /Root 1 0 R >>\n`, `${body}xref\n%%EOF\n`, 'anything'])
    expect(judged(octets(latin(document) + tail))).toEqual(['TOTAL-FAILED', 'FORMAT_FAILURE', 'none'])
  // Cross-references that do not go back through what was signed.
  const cut = revised(
    document,
    { 4: contentStream('Pay 999 yen') },
    '',
    Number(/startxref\n(\d+)/.exec(latin(pdf()))![1]),
  )
  expect(judged(cut)[0]).not.toBe('TOTAL-PASSED')
})

test('shadow: hide, replace, hide and replace', () => {
  // The second contents lie in the signed revision, used by nothing; later they come into use.
  const prepared = pdf('Sign me', 'table', [
    contentStream('Pay 999 yen'),
    '<< /Type /Annot /Subtype /Widget /FT /Sig /T (x) /Rect [0 0 0 0] >>',
  ])
  const document = signed(prepared)
  expect(judged(document)).toEqual(['TOTAL-PASSED', 'B-B'])
  const page = latin(document)
    .match(/3 0 obj\n(<<.*>>)/g)!
    .at(-1)!
    .replace('3 0 obj\n', '')
  expect(page).toContain('/Annots')
  expect(reasons(revised(document, { 3: page.replace('/Contents 4 0 R', '/Contents 6 0 R') }))[0]).toContain(
    '/Contents',
  )
  // Only the cross-reference moves: hide and replace.
  const text = latin(document)
  const offset = text.indexOf('6 0 obj')
  const start = document.length
  const previous = /startxref\n(\d+)\n%%EOF\n$/.exec(text)![1]
  const swapped = `xref\n4 1\n${String(offset).padStart(10, '0')} 00000 n \ntrailer\n<< /Size 64 /Root 1 0 R /Prev ${previous} >>\nstartxref\n${start}\n%%EOF\n`
  expect(judged(octets(text + swapped))[0]).not.toBe('TOTAL-PASSED')
  // A prepared object becomes a field.
  expect(reasons(revised(document, { 3: page.replace(']', ' 7 0 R]') })).join()).toMatch(/came into use|changed/)
  // A signature field that covers the page.
  const seen = {
    3: page.replace(/\/Annots \[([^\]]*)\]/, '/Annots [$1 50 0 R]'),
    50: '<< /Subtype /Widget /FT /Sig /T (x) /Rect [0 0 200 200] >>',
  }
  expect(reasons(revised(document, seen)).join()).toMatch(/can be seen/)
  // No size, and drawn all the same.
  for (const drawn of [
    '/Subtype /Line /L [0 0 200 200]',
    '/Subtype /Link /Dest [3 0 R]',
    '/Subtype /Widget /BS << /W 200 >>',
    '/Subtype /Widget /Border [0 0 200]',
    '/Subtype /Widget /MK << /BC [0] >>',
  ])
    expect(
      reasons(revised(document, { ...seen, 50: `<< ${drawn} /FT /Sig /T (x) /Rect [0 100 200 100] >>` })).join(),
    ).toMatch(/signature (that can be seen|field with B\w+) was added/)
  const annotation = { ...seen, 50: '<< /Subtype /FreeText /Rect [0 0 200 200] >>' }
  expect(reasons(revised(document, annotation)).join()).toMatch(/something else than a signature/)
})

test('universal forgery and wrapping: the ByteRange leaves out Contents and nothing else', () => {
  const text = latin(signed())
  const [whole, start, end, rest] = /\/ByteRange \[0 (\d+) (\d+) (\d+)\]/.exec(text)!
  const put = (range: string) => octets(text.replace(whole!, range.padEnd(whole!.length, ' ')))
  const ranges = [
    `[0 ${start} ${end} 0]`,
    `[0 0 0 0]`,
    '[0]',
    'null',
    `[0 ${start} ${Number(end) + 1} ${Number(rest) - 1}]`,
    `[0 ${Number(start) - 1} ${end} ${rest}]`,
    `[5 ${start} ${end} ${rest}]`,
  ]
  for (const range of ranges) expect(judged(put(`/ByteRange ${range}`))[0], range).not.toBe('TOTAL-PASSED')
  for (const contents of ['<>', '<00>', '()', 'null'])
    expect(judged(octets(text.replace(/\/Contents <30[0-9a-f]*>/, `/Contents ${contents}`)))[0]).toBe('TOTAL-FAILED')
  // What stands behind the signature inside of Contents is not signed.
  expect(judged(octets(text.replace(/0{64}>/, `${'ab'.repeat(32)}>`)))).toEqual([
    'TOTAL-FAILED',
    'FORMAT_FAILURE',
    'none',
  ])
})

test('a key that stands twice, an encrypted document, a circle of cross-references', () => {
  const document = signed()
  const twice = octets(
    latin(document).replace('/SubFilter /ETSI.CAdES.detached', '/SubFilter /ETSI.CAdES.detached /SubFilter /x'),
  )
  expect(judged(twice)[0]).toBe('TOTAL-FAILED')
  expect(reasons(revised(document, {}, '/Encrypt << /Filter /Standard >> '))).toEqual(['an encrypted PDF is not read'])
  expect(reasons(revised(document, {}, '', document.length))).toEqual(['cross-references in a circle'])
})

test('long chains of objects, many fields with one list, a small stream that is read again and again', () => {
  const chain = (from: number, link: (next: number) => string) =>
    Object.fromEntries(Array.from({ length: 8_000 }, (_, i) => [from + i, link(from + i + 1)]))
  const catalog = (more: string) => `<< /Type /Catalog /Pages 2 0 R ${more} >>`
  // Bookmarks one after the other, compared with a later revision.
  const bookmarks = revised(pdf(), {
    1: catalog('/Outlines 100 0 R'),
    ...chain(100, (next) => `<< /Next ${next} 0 R >>`),
  })
  expect(judged(signed(signed(bookmarks)))).toEqual(['TOTAL-PASSED', 'B-B', 'TOTAL-PASSED', 'B-B'])
  const lengths = chain(100, (next) => `<< /Length ${next} 0 R >>\nstream\n\nendstream`)
  expect(reasons(revised(pdf(), { 1: catalog('/AcroForm 100 0 R'), ...lengths }))).toEqual([
    'objects that need too many others',
  ])
  const fields = Array.from({ length: 400 }, (_, i) => [100 + i, '<< /T (x) /FT /Tx /Kids 50 0 R >>'])
  const form = `/AcroForm << /Fields [${fields.map(([number]) => `${number} 0 R`).join(' ')}] >>`
  const kids = { 50: `[${'51 0 R '.repeat(400)}]`, 51: '<< >>', ...Object.fromEntries(fields) }
  expect(reasons(revised(pdf(), { 1: catalog(form), ...kids }))).toEqual(['a form of too many fields'])

  const packed = latin(deflateSync(new Uint8Array(1 << 23)))
  const start = '%PDF-1.7\n'
  let text = `${start}9 0 obj\n<< /Type /XRef /W [1 1 1] /Size 0 /Root 1 0 R /Filter /FlateDecode /Length ${packed.length} >>\nstream\n${packed}\nendstream\nendobj\n`
  let previous = ''
  for (let i = 0; i < 12; i++) {
    const at = text.length
    text += `xref\ntrailer\n<< /Size 10 /Root 1 0 R /XRefStm ${start.length} ${previous}>>\n`
    previous = `/Prev ${at} `
  }
  const last = /\/Prev (\d+)/.exec(previous)![1]
  expect(reasons(octets(`${text}startxref\n${last}\n%%EOF\n`))).toEqual(['a stream that does not decompress'])
})

test('what is in the document is found by others as by us', () =>
  expect(new PdfDocument(signed()).get(new PdfDocument(pdf()).root, 'AcroForm')).not.toBeNull())

test('no changed octet makes another document pass, and nothing throws', () => {
  const document = signed()
  const gap = /\/Contents </.exec(latin(document))!.index
  fc.assert(
    fc.property(fc.nat(document.length - 1), fc.integer({ min: 1, max: 255 }), (place, flip) => {
      const changed = document.map((octet, i) => (i === place ? octet ^ flip : octet))
      // Upper and lower case of a digit are the same octet of the signature.
      if (judged(changed)[0] === 'TOTAL-PASSED') expect([place > gap, flip]).toEqual([true, 0x20])
    }),
    { numRuns: 200 },
  )
  expect(judged(utf8('%PDF-1.7\n'))).toEqual(['TOTAL-FAILED', 'FORMAT_FAILURE', 'none'])
})
