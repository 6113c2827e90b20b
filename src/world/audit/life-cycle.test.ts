// docs/life-cycle.md is made from the tables that run. `vitest run src/world/audit/life-cycle.test.ts -u` renews it.

import { expect, test } from 'vitest'
import { type OrderState, zOrderState } from '../../roles/sp-tsm/contract.ts'
import { MAY_LIFT, zParty } from '../../roles/sp-tsm/life/contract.ts'
import { LIFE } from '../../roles/sp-tsm/life/model.ts'
import { isWorking, TRANSITIONS, type Transition } from '../../roles/sp-tsm/model.ts'
import { PATHS } from '../testing/paths/index.ts'
import { AGREED, type Agreed, FINDINGS } from './agreed.ts'

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const events = (state: OrderState) =>
  Object.entries(LIFE[state])
    .map(([event, to]) => (to === state ? `${event}` : `${event} → ${to}`))
    .join(', ')

const work = (state: OrderState) => {
  if (!isWorking(state)) return ''
  const { step, next, back } = TRANSITIONS[state] as Transition
  return `\`${step}\` → ${next}${back ? `, failing → ${back}` : ''}`
}

const agreed = (state: OrderState): string[] => {
  const { certificate, service, sim, pin, life } = AGREED[state] as Agreed
  const applet = [sim, ...(pin ? [`PIN ${pin.join('/')}`] : []), ...(life ? [life] : [])].join(', ')
  return [certificate.join(', '), service.join(', '), applet]
}

const page = (): string => `# Life of a phone's certificate

Made from the tables that run: \`roles/sp-tsm/life/model.ts\` (events), \`roles/sp-tsm/model.ts\` (steps of a worker),
\`world/audit/agreed.ts\` (what the parties hold). \`kazasu audit\` compares a system with them.

## States

What can happen in a state, what a worker does there, and what the others hold meanwhile when all agree.

${table(
  ['state', 'events', 'worker', 'authority', 'carrier', 'SIM'],
  zOrderState.options.map((state) => [`**${state}**`, events(state), work(state), ...agreed(state)]),
)}

A stop and the end come through wherever a certificate may be. An event and the history of the order are one write; a step
repeats until its result is written. Of a SIM without a line an order that serves goes on, one that does not serve yet ends. A renewal or a new PIN that a stop interrupts goes on when the stop ends.

## What happens, and what follows

| what | told by | event | the certificate |
| --- | --- | --- | --- |
| phone lost | holder (any phone, with the card), hot line, counter | stop | on hold at once; the applet suspended when it is reached |
| found again | holder with the card, counter | resume | valid again, if the card is |
| not found, stolen | holder with the card, counter | end | revoked (keyCompromise), the SIM cleared when it is reached |
| PIN forgotten or used up | holder with the card | resetPin | stays; a transport PIN until the holder has set his own |
| the end is near | phone, from three months before | renew | a new key pair and certificate in the same SIM, the old one superseded |
| the end has come | the calendar | end | has ended and is revoked, the SIM cleared |
| card renewed | authority | | stays, to its own end, under the card's new certificate; then renew |
| card stopped | authority | stop | on hold, and stays so: a card's stop is not released |
| card lost, revoked, expired | authority | end | revoked with the card's, the SIM cleared; apply again with the new card |
| a later applet | operator's campaign | upgrade | stays, with key and PIN |
| four facts changed | authority | | stays: they are in the 署名用 certificate only |
| death, emigration | authority | end | revoked, the SIM cleared |
| SIM in another phone | carrier (SEDeviceChanged) | | stays; the phone finds its order with the card (\`takeOver\`) |
| another number | carrier (MobileSubscriptionIdentifierChanged) | | stays |
| another SIM for the line, in exchange | carrier (SERenewal) | move | serves in the old SIM until it has moved, thirty days at most; then revoked |
| another SIM, the old one lost or broken | carrier (SERenewal) | stop, move | on hold at once; revoked (keyCompromise) when the new one serves |
| number portability, MNO or MVNO | carrier (TERMINATED, ported out) | move | as for a SIM in exchange |
| moved with the card, into another SIM | holder | confirmPin there, end here | a new key pair and certificate; the old one superseded when the new one has its PIN. Given up before: the old one serves on |
| line suspended, restricted; resumed | carrier (MobileSubscriptionStatusChange) | stop; resume | on hold; valid again |
| line terminated, made over to another | carrier | end | revoked, the SIM cleared: nothing usable remains, the next owner enrols |
| SIM locked; unlocked; destroyed | carrier (SEStatusChange) | stop; resume; end | as for the line |

## Whose stop ends on whose word

${table(
  ['stopped by', 'ended by'],
  zParty.options.map((party) => [party, MAY_LIFT[party].join(', ')]),
)}

## Paths

Each is walked through the real card by \`src/apps/cli/paths.test.ts\`: on PGlite in one process, on PostgreSQL with each role as a
process under mutual TLS; \`audit()\` compares all parties after every one. Every cell of line × SIM × phone × network is walked
so by \`src/apps/cli/cells.test.ts\`.

${table(
  ['path', 'order before', 'order after'],
  PATHS.map(({ title, from, to }) => [title, from, to]),
)}

## Disagreements

Codes of \`kazasu audit\`. A SIM out of reach, or in use by a worker, is listed as not seen; that is no agreement.

${table(
  ['code', 'meaning'],
  Object.entries(FINDINGS).map(([code, meaning]) => [`\`${code}\``, meaning]),
)}
`

test('docs/life-cycle.md', () => expect(page()).toMatchFileSnapshot('../../../docs/life-cycle.md'))
