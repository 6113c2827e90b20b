// PAdES between us and others: `pdfsig` of poppler, and pyHanko, both ways and at every level.

import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Bytes } from '../../src/base/bytes.ts'
import { generateKeyPair } from '../../src/base/crypto.ts'
import { textPdf } from '../../src/codec/pdf/text.ts'
import * as ades from '../../src/protocol/ades/index.ts'
import { contentStream, pdf, revised } from '../../src/protocol/ades/testing/pdf.ts'
import * as t from '../../src/protocol/ades/testing/signing.ts'
import { missing } from '../room.ts'
import { desk, judged, now, pem, signer } from './desk.ts'

async function ours(kind: 'table' | 'stream'): Promise<Record<'b' | 't' | 'lt' | 'lta', Bytes>> {
  const { draft, toBeSigned } = ades.preparePades({
    document: pdf('Pay 100 yen', kind),
    certificate: signer.certificate,
    algorithm: 'RSA-SHA256',
    signingTime: now,
  })
  const b = ades.finishPades(draft, t.signWith(toBeSigned))
  const bt = ades.addPadesSignatureTimeStamp(b, await t.stamped(ades.padesSignatureOctets(b), now))
  const lt = ades.addPadesValidationData(bt, t.lists(now))
  const { draft: last, toBeStamped } = ades.preparePadesArchive(lt)
  return { b, t: bt, lt, lta: ades.addPadesArchiveTimeStamp(last, await t.stamped(toBeStamped, now)) }
}

const absent = missing('pdfsig', 'certutil')
describe.skipIf(absent)(`pdfsig (absent: ${absent})`, () => {
  const { put, run, clear } = desk()
  afterAll(clear)
  run(
    'sh',
    '-c',
    'mkdir -p nss && certutil -N -d sql:nss --empty-password 2>/dev/null; certutil -A -d sql:nss -n ca -t CT,C,C -i ca.pem -a',
  )

  test.each(['table', 'stream'] as const)('believes ours at every level, cross-references as %s', async (kind) => {
    for (const [level, document] of Object.entries(await ours(kind))) {
      put('ours.pdf', document)
      // It does not know document time stamps, and says so by its exit.
      const said = run('sh', '-c', 'pdfsig -nssdir sql:nss ours.pdf || true')
      expect([level, said]).toEqual([level, expect.stringContaining('Signature Validation: Signature is Valid.')])
      expect(said).toContain('Signature Type: ETSI.CAdES.detached')
    }
  })
})

const reader = missing('pdftotext') ?? (existsSync('/usr/share/poppler/cMap') ? undefined : 'poppler-data')
describe.skipIf(reader)(`pdftotext (absent: ${reader})`, () => {
  const { put, run, clear } = desk()
  afterAll(clear)

  test('reads what we write: Japanese and Latin, long lines, several pages', () => {
    const words = Array.from({ length: 60 }, (_, i) => `${i + 1}番目の行 line ${i + 1} は${'長い'.repeat(40)}おわり。`)
    put(
      'text.pdf',
      textPdf(
        '検証結果',
        'ja',
        words.map((text) => ({ text, size: 12 })),
      ),
    )
    const read = run('pdftotext', '-raw', 'text.pdf', '-').toString().replace(/\s/g, '')
    expect(read).toBe(words.join('').replace(/\s/g, ''))
    expect(run('pdfinfo', 'text.pdf').toString()).toMatch(/Title:\s+検証結果\n[\s\S]*Pages:\s+[3-9]/)
  })
})

const python = join(process.env.KAZASU_PYHANKO ?? join(homedir(), '.cache', 'kazasu-pyhanko'), 'bin', 'python')

const VERIFY = `
import sys, json
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.keys import load_cert_from_pemder
from pyhanko_certvalidator import ValidationContext
roots = [load_cert_from_pemder('ca.pem'), load_cert_from_pemder('tsa-ca.pem')]
out = []
for s in (s for name in sys.argv[1:] for s in PdfFileReader(open(name, 'rb')).embedded_regular_signatures):
    vc = ValidationContext(trust_roots=roots, allow_fetching=False)
    st = validate_pdf_signature(s, vc, vc)
    out.append([st.bottom_line, st.intact, st.valid, st.trusted, st.timestamp_validity is not None, st.modification_level.name if st.modification_level is not None else None])
print(json.dumps(out))`

const SIGN = `
import sys, asyncio
from pyhanko.sign import signers, fields, timestamps
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.keys import load_cert_from_pemder, load_private_key_from_pemder
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pyhanko_certvalidator import ValidationContext
from asn1crypto import crl as acrl
signer = signers.SimpleSigner.load('signer.key', 'signer.pem', ca_chain_files=('ca.pem',))
roots = [load_cert_from_pemder('ca.pem'), load_cert_from_pemder('tsa-ca.pem')]
stamper = timestamps.DummyTimeStamper(load_cert_from_pemder('tsa.pem'), load_private_key_from_pemder('tsa.key', None), SimpleCertificateStore.from_certs([roots[1]]))
crls = [acrl.CertificateList.load(open(name, 'rb').read()) for name in ('one.crl', 'two.crl')]
for level in sys.argv[1:]:
  for kind in ('table', 'stream'):
    lt = level in ('lt', 'lta')
    vc = ValidationContext(trust_roots=roots, crls=crls, allow_fetching=False)
    meta = PdfSignatureMetadata(field_name='Theirs', md_algorithm='sha256',
      subfilter=fields.SigSeedSubFilter.PADES if level != 'plain' else fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED,
      certify=level == 'certify', docmdp_permissions=fields.MDPPerm.NO_CHANGES,
      embed_validation_info=lt, use_pades_lta=level == 'lta', validation_context=vc if lt else None)
    w = IncrementalPdfFileWriter(open(kind + '.pdf', 'rb'))
    with open(f'{level}-{kind}.pdf', 'w+b') as f:
        PdfSigner(meta, signer, timestamper=stamper if level == 't' or lt else None).sign_pdf(w, output=f)`

const noPython = !existsSync(python)
describe.skipIf(noPython)('pyHanko (absent: KAZASU_PYHANKO names no environment with pyHanko)', () => {
  const { put, get, run, clear } = desk()
  afterAll(clear)
  const lists = t.lists(now)
  const stamper = t.stamper('2059-01-01T00:00:00Z', generateKeyPair('RSA-2048'))
  put('tsa.pem', pem('CERTIFICATE', stamper.certificate.raw))
  put('tsa.key', pem('PRIVATE KEY', stamper.key.privateKey))
  for (const [i, name] of ['one.crl', 'two.crl'].entries()) put(name, lists.crls[i]!)
  put('verify.py', VERIFY)
  put('sign.py', SIGN)
  for (const kind of ['table', 'stream'] as const) put(`${kind}.pdf`, pdf('Pay 100 yen', kind))
  const asked = (documents: readonly Bytes[]): unknown[][] => {
    const names = documents.map((one, i) => put(`asked-${i}.pdf`, one))
    const said = run(python, '-W', 'ignore', 'verify.py', ...names)
    return JSON.parse(said.split('\n').find((line) => line.startsWith('['))!)
  }

  test('believes ours at every level, with cross-references as table and as stream', async () => {
    const all = [...Object.entries(await ours('table')), ...Object.entries(await ours('stream'))]
    const found = asked(all.map(([, document]) => document))
    const good = (level: string) => [true, true, true, true, level !== 'b', expect.stringMatching(/NONE|LTA_UPDATES/)]
    expect(found).toEqual(all.map(([level]) => good(level)))
  })

  test('finds what we find in a changed document', async () => {
    const { b } = await ours('table')
    const changed = revised(b, { 4: contentStream('Pay 999 yen') })
    expect(asked([changed])[0]![0]).toBe(false)
    expect(judged(ades.readPades({ document: changed }))[0]).toMatch(/^INDETERMINATE SIG_CONSTRAINTS_FAILURE/)
  })

  test('signs in many ways, and we believe it; where it certified, we cannot sign again', () => {
    const levels = ['plain', 'b', 'certify', 't', 'lt', 'lta']
    run(python, '-W', 'ignore', 'sign.py', ...levels)
    for (const name of levels.flatMap((level) => [`${level}-table.pdf`, `${level}-stream.pdf`]))
      expect([name, ...judged(ades.readPades({ document: get(name) }))]).toEqual([name, 'TOTAL-PASSED'])
    const { draft, toBeSigned } = ades.preparePades({
      document: get('certify-table.pdf'),
      certificate: signer.certificate,
      algorithm: 'RSA-SHA256',
      signingTime: new Date(),
    })
    const found = judged(ades.readPades({ document: ades.finishPades(draft, t.signWith(toBeSigned)) }))
    expect(found).toEqual([expect.stringMatching(/which the first signer forbids/), 'TOTAL-PASSED'])
  })
})
