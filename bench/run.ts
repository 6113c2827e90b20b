// `npm run bench [-- name...] [--json]`: every figure beside its floor, from one run. A name also stands for those that
// begin with it: `ocsp` for `ocsp-live` and `ocsp-get`.

import { parseArgs } from 'node:util'
import { apdu } from './apdu.ts'
import { cardSignature } from './card-signature.ts'
import { cards, written } from './cards.ts'
import { parse, validate } from './certificates.ts'
import { cibaBenches } from './ciba.ts'
import { cms } from './cms.ts'
import { events } from './events.ts'
import { type Bench, type Figure, measure } from './harness.ts'
import { issue, issueHsm, issueHsmAll } from './issue.ts'
import { layerBoth, layerContent, layerScp03 } from './layers.ts'
import { enrolment, login, tap } from './main-job.ts'
import { openIdBenches } from './openid.ts'
import { path } from './path.ts'
import { legend, table } from './print.ts'
import { scp03, secured33 } from './scp03.ts'
import { crlMillion, filterMillion, ocspGet, ocspLive, ocspLiveHsm } from './status.ts'

const BENCHES: readonly Bench[] = [
  apdu,
  scp03,
  secured33,
  layerScp03,
  layerContent,
  layerBoth,
  cardSignature,
  written,
  cards,
  parse,
  path,
  validate,
  cms,
  enrolment,
  login,
  tap,
  crlMillion,
  filterMillion,
  ocspLive,
  ocspLiveHsm,
  ocspGet,
  issue,
  issueHsm,
  issueHsmAll,
  events,
  ...openIdBenches,
  ...cibaBenches,
]

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' } } })
const isMeant = (asked: string) => (bench: Bench) => bench.name === asked || bench.name.startsWith(`${asked}-`)
const unknown = positionals.filter((name) => !BENCHES.some(isMeant(name)))
if (unknown.length > 0) {
  process.stderr.write(`no bench ${unknown.join(', ')}; there are ${BENCHES.map(({ name }) => name).join(', ')}\n`)
  process.exit(2)
}

const chosen = BENCHES.filter((bench) => positionals.length === 0 || positionals.some((name) => isMeant(name)(bench)))
const figures: Figure[] = []
for (const bench of chosen) {
  const missing = bench.missing?.()
  if (missing) {
    process.stderr.write(`${bench.name} is left out: ${missing}\n`)
    continue
  }
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${bench.name}`)
  figures.push(await measure(bench))
}
if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
process.stdout.write(
  values.json ? `${JSON.stringify(figures, null, 2)}\n` : `${table(figures)}\n\n${figures.map(legend).join('\n')}\n`,
)
