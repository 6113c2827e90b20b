// docs/responsibility.md is made from the table. `vitest run src/roles/sp-tsm/responsibility.test.ts -u` renews it.

import { describe, expect, test } from 'vitest'
import { DUE } from './applications/model.ts'
import { zOrderState } from './contract.ts'
import { zLifeEvent } from './life/contract.ts'
import { LIFE } from './life/model.ts'
import { isWorking } from './model.ts'
import { DUTIES, type Duty, turnOf } from './responsibility.ts'

const STATES = zOrderState.options

describe('who is responsible', () => {
  test('for every way to apply and every event of a life there are steps', () =>
    expect(Object.keys(DUTIES).toSorted()).toEqual(
      [...Object.keys(DUE), ...zLifeEvent.options.filter((event) => event !== 'approve')].toSorted(),
    ))

  test.each(STATES)('%s: who has the turn can act, and nobody has it where all is done', (state) => {
    const turn = turnOf(state, 'card', null)
    if (isWorking(state)) expect(['j-lis', 'carrier']).toContain(turn)
    else if (state === 'active' || state === 'undone') expect(turn).toBeNull()
    else expect([turn, Object.keys(LIFE[state]).length > 0]).toEqual(['holder', true])
  })

  test('a letter is the post’s until it is handed over; at the desk it is the municipality’s turn', () => {
    expect(turnOf('applied', 'home', 'sms')).toBe('holder')
    expect(turnOf('applied', 'home', 'letter')).toBe('post')
    expect(turnOf('written', 'counter', null)).toBe('municipality')
  })

  test('whoever does a step in an MVNO’s place answers for it, and the holder always has somebody to ask', () => {
    for (const duty of Object.values(DUTIES).flat() as Duty[]) {
      if (duty.mvno === 'does it') expect(duty.does).toBe('carrier')
      expect(duty.ask).not.toBe('holder')
    }
  })
})

const line = (...cells: string[]) => `| ${cells.join(' | ')} |`

function page(): string {
  const steps = Object.entries(DUTIES).flatMap(([procedure, duties]: [string, readonly Duty[]]) =>
    duties.map(({ ja, en, does, answers, mvno, ask }, index) =>
      line(index === 0 ? `**${procedure}**` : '', `${en} · ${ja}`, does, answers, mvno, ask),
    ),
  )
  const turns = STATES.map((state) =>
    line(
      state,
      turnOf(state, 'card', null) ?? '–',
      turnOf(state, 'home', 'letter') ?? '–',
      turnOf(state, 'counter', null) ?? '–',
    ),
  )
  return `# Who is responsible

Made from \`roles/sp-tsm/responsibility.ts\`. Seed 4 (5)⑤⑥: 関係者の役割分担、責任分解点、消費者対応. The operator's list of applications
shows whose turn each order is by the same table.

## Steps

Who does a step, who answers when it was done wrongly, what an MVNO does there with a line of its own, whom the holder asks.

${line('procedure', 'step', 'does', 'answers', 'MVNO', 'ask')}
${line('---', '---', '---', '---', '---', '---')}
${steps.join('\n')}

## Whose turn

${line('state of the order', 'with the card', 'by letter', 'at the counter')}
${line('---', '---', '---', '---')}
${turns.join('\n')}
`
}

test('docs/responsibility.md', () => expect(page()).toMatchFileSnapshot('../../../docs/responsibility.md'))
