// Everything that the platform keeps of a person, as a file for that person: the right of access (個人情報保護法 第33条).

import type { Phone } from '../../../roles/phone/contract.ts'

type Page = Awaited<ReturnType<Phone['ownPage']>>

/** All pages, the newest first. */
async function allOf(phone: Phone, pin: string): Promise<Omit<Page, 'pass' | 'next'>> {
  const { pass, next, ...page } = await phone.ownPage({ pin })
  const uses = [...page.uses]
  for (let before = next; before !== null; ) {
    const older = await phone.ownUses({ pass, before, most: 500 })
    uses.push(...older.uses)
    before = older.next
  }
  return { ...page, uses }
}

export async function recordsFile(phone: Phone, pin: string, form: 'csv' | 'json'): Promise<string> {
  const all = await allOf(phone, pin)
  return form === 'json' ? `${JSON.stringify(all, null, 2)}\n` : csv(all)
}

const COLUMNS = ['at', 'what', 'outcome', 'service', 'with', 'device', 'way', 'facts', 'purpose', 'until'] as const
type Line = Partial<Record<(typeof COLUMNS)[number], string>>

function linesOf({ consents, ended, links, mandates, mandateUses, uses }: Omit<Page, 'pass' | 'next'>): Line[] {
  return [
    ...consents.map((one) => ({ ...agreed(one), outcome: 'in force', until: one.until.toISOString() })),
    ...ended.map((one) => ({ ...agreed(one), outcome: 'ended', until: one.endedAt.toISOString() })),
    ...links.map(({ since, services, purpose, until }) => ({
      ...{ at: since.toISOString(), what: 'tie', outcome: 'in force', purpose, until: until.toISOString() },
      ...{ service: services[0]?.name ?? '', with: services[1]?.name ?? '' },
    })),
    ...mandates.map(({ offeredAt, as, principalCalled, delegateCalled, purpose, state, until }) => ({
      ...{ at: offeredAt.toISOString(), what: `mandate (${as})`, outcome: state, purpose, until: until.toISOString() },
      with: as === 'principal' ? delegateCalled : principalCalled,
    })),
    ...mandateUses.map(({ at, clientName, act, principalCalled, delegateCalled }) => ({
      ...{ at: at.toISOString(), what: `by mandate: ${act}`, outcome: 'done', service: clientName },
      with: `${delegateCalled} / ${principalCalled}`,
    })),
    ...uses.map(({ at, kind, outcome, clientName, device, way, items }) => ({
      ...{ at: at.toISOString(), what: kind, outcome, service: clientName },
      ...{ device: device === 'asking' ? 'this phone' : (device ?? ''), way: way ?? '', facts: items.join(' ') },
    })),
  ]
}

const agreed = ({ givenAt, clientName, items }: Page['consents'][number]): Line => ({
  ...{ at: givenAt.toISOString(), what: 'watch', service: clientName, facts: items.join(' ') },
})

/** RFC 4180, after a mark by which spreadsheets know UTF-8. */
const csv = (all: Omit<Page, 'pass' | 'next'>): string =>
  `\uFEFF${[COLUMNS.join(','), ...linesOf(all).map((line) => COLUMNS.map((name) => cell(line[name] ?? '')).join(','))].join('\r\n')}\r\n`

/** What a service is called must not become a formula of whoever opens the table. */
const cell = (text: string): string => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`
