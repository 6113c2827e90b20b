import { render } from 'preact-render-to-string'
import { expect, test } from 'vitest'
import { areaField, choiceField, hidden, passwordField, pinField, post, selectField, textField } from './components.ts'
import { asEntered, type Wrong } from './entered.ts'
import { type Child, details, div } from './tags.ts'

const WORDS = ['day', 'night'].map((value) => ({ value, text: value, checked: value === 'day' }))

const form = (...more: Child[]) =>
  post(
    '/asked',
    hidden('of', '1'),
    textField({ name: 'name', label: 'Name', hint: 'as written' }),
    areaField({ name: 'why', label: 'Why', optional: true }),
    pinField({ name: 'pin', label: 'PIN' }),
    passwordField({ name: 'password', label: 'Password', length: 16, optional: true }),
    selectField({ name: 'kind', label: 'Kind' }, [
      ['a', 'A'],
      ['b', 'B'],
    ]),
    choiceField('radio', 'when', 'When', WORDS),
    choiceField('checkbox', 'both', 'Both', WORDS),
    ...more,
  )

const SENT = {
  of: ['1'],
  name: ['"><script>'],
  why: ['</textarea>'],
  pin: ['4321'],
  password: ['ABC123'],
  kind: ['b'],
  when: ['night'],
}

function shown(content: Child, texts: Record<string, string[]> = SENT, wrong: Wrong = {}): string {
  const again = asEntered(content, { path: '/asked', texts }, { wrong, missing: 'Please fill this in.' })
  return render(div({}, again))
}

test('what was written stays, as text; PINs and passwords do not', () => {
  const page = shown(form())
  expect(page).toMatch(/name="name"[^>]* value="&quot;>&lt;script>"/)
  expect(page).toContain('&lt;/textarea></textarea>')
  expect(page).toContain('<option value="b" selected>')
  expect(page).toContain('name="when" value="night" checked')
  expect(page.match(/ checked/g)).toHaveLength(1)
  for (const secret of ['4321', 'ABC123']) expect(page).not.toContain(secret)
  expect(page).not.toContain('aria-invalid')
})

test('what is wrong is said beside its field, which points to it; what must not be empty and is, too', () => {
  const page = shown(form(), { ...SENT, name: [' '] }, { when: 'By night only.', pin: 'Four digits.' })
  const said = [...page.matchAll(/<p class="error" id="([^"]+)">([^<]+)</g)].map(([, id, text]) => [id, text])
  expect(said).toEqual([
    ['name-error', 'Please fill this in.'],
    ['pin-error', 'Four digits.'],
    ['when-error', 'By night only.'],
  ])
  expect(page).toMatch(/name="name"[^>]*aria-describedby="name-hint name-error"[^>]*aria-invalid="true"/)
  expect(page).toContain('aria-describedby="when-error"')
})

test('only the form that was sent: of that address, with what it carries, and all its fields', () => {
  const other = post('/asked', hidden('of', '2'), textField({ name: 'name', label: 'Name', id: 'other' }))
  const elsewhere = post('/other', textField({ name: 'name', label: 'Name', id: 'elsewhere' }))
  const more = form(textField({ name: 'new', label: 'New' }))
  for (const one of [other, elsewhere, more]) expect(shown(one)).toBe(render(div({}, one)))
  expect(shown([other, form()]).match(/&lt;script>/g)).toHaveLength(1)
})

test('what is folded up is open where something in it is wrong', () => {
  const folded = (text: string) =>
    shown(post('/asked', details({}, textField({ name: 'name', label: 'Name' }))), { name: [text] })
  expect(folded('')).toContain('<details open>')
  expect(folded('x')).toContain('<details>')
})
