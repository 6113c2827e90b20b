// The parts that all screens are made of.

import type { VNode } from 'preact'
import { type IconName, icon } from './icons.ts'
import {
  a,
  button,
  type Child,
  dd,
  div,
  dl,
  dt,
  fieldset,
  form,
  h2,
  input,
  label,
  legend,
  option,
  p,
  section,
  select,
  span,
  strong,
  textarea,
} from './tags.ts'

/** The id of the one message that says what is wrong with a form. */
export const TROUBLE = 'trouble'

const NOTICE_ICONS = { success: 'passed', error: 'failed', warning: 'warning', info: 'info' } as const

/** A message that matters now; errors are read out at once. */
export const notice = (kind: keyof typeof NOTICE_ICONS, heading: string, ...children: Child[]): VNode =>
  div(
    { class: `notice notice-${kind}`, role: kind === 'error' ? 'alert' : 'status' },
    icon(NOTICE_ICONS[kind]),
    div({ class: 'notice-text' }, strong({}, heading), ...children),
  )

export interface FieldOptions {
  readonly name: string
  /** Where a page has several of a name; the name itself unless said. */
  readonly id?: string
  readonly label: string
  readonly hint?: string
  readonly invalid?: boolean
  /** What is wrong with this one, said beside it. */
  readonly error?: string
  /** What the browser may fill in about its own user (WCAG 2.2 §1.3.5); nothing unless said. */
  readonly autocomplete?: 'name' | 'street-address' | 'bday' | 'email' | 'one-time-code' | 'username'
}

function describedBy({ name, id = name, hint, invalid, error }: FieldOptions) {
  const ids = [...(hint ? [`${id}-hint`] : []), ...(error ? [`${id}-error`] : []), ...(invalid ? [TROUBLE] : [])]
  return ids.length > 0 ? { 'aria-describedby': ids.join(' ') } : {}
}

const framed = (options: FieldOptions, control: VNode): VNode =>
  div(
    { class: 'field' },
    label({ for: options.id ?? options.name }, options.label),
    options.hint ? p({ class: 'hint', id: `${options.id ?? options.name}-hint` }, options.hint) : null,
    options.error ? p({ class: 'error', id: `${options.id ?? options.name}-error` }, options.error) : null,
    control,
  )

const NUMERIC = 'numeric'

/** Four digits, hidden, never kept by the browser. */
export const pinField = (options: FieldOptions): VNode =>
  framed(
    options,
    input({
      ...common(options),
      type: 'password',
      inputMode: NUMERIC,
      maxLength: 4,
      class: 'input-pin',
    }),
  )

export const passwordField = (
  options: FieldOptions & { readonly digits?: boolean; readonly length: number; readonly optional?: boolean },
): VNode =>
  framed(
    options,
    input({
      ...common(options),
      type: 'password',
      ...(options.optional ? { required: false } : {}),
      maxLength: options.length,
      ...(options.digits ? { inputMode: NUMERIC } : { autocapitalize: 'characters' }),
    }),
  )

export const digitsField = (
  options: FieldOptions & { readonly length: number; readonly value?: string; readonly optional?: boolean },
): VNode =>
  framed(
    options,
    input({
      ...common(options),
      type: 'text',
      required: !options.optional,
      inputMode: NUMERIC,
      maxLength: options.length,
      ...(options.value ? { value: options.value } : {}),
    }),
  )

/** A line of text; `optional` ones may stay empty. */
export const textField = (options: FieldOptions & { readonly value?: string; readonly optional?: boolean }): VNode =>
  framed(
    options,
    input({
      ...common(options),
      type: 'text',
      required: !options.optional,
      ...(options.value === undefined ? {} : { value: options.value }),
    }),
  )

/** Several lines of text. */
export const areaField = (options: FieldOptions & { readonly value?: string; readonly optional?: boolean }): VNode =>
  framed(options, textarea({ ...common(options), required: !options.optional, rows: 4, value: options.value ?? '' }))

const common = (options: FieldOptions) =>
  ({
    id: options.id ?? options.name,
    name: options.name,
    required: true,
    autocomplete: options.autocomplete ?? 'off',
    spellcheck: false,
    ...(options.invalid || options.error ? ({ 'aria-invalid': 'true' } as const) : {}),
    ...describedBy(options),
  }) as const

export type Choice = readonly [value: string, text: string]

export const selectField = (options: FieldOptions, choices: readonly Choice[], chosen?: string): VNode =>
  framed(
    options,
    select(
      { id: options.name, name: options.name, ...describedBy(options) },
      ...choices.map(([value, text]) => option({ value, selected: value === chosen }, text)),
    ),
  )

export interface Ticked {
  readonly value: string
  readonly text: string
  readonly checked: boolean
  readonly disabled?: boolean
}

/** Radio buttons or check boxes, each with a large target. */
export const choiceField = (
  type: 'radio' | 'checkbox',
  name: string,
  heading: string,
  choices: Ticked[],
  error?: string,
): VNode =>
  fieldset(
    { class: 'choices', ...(error ? { 'aria-describedby': `${name}-error` } : {}) },
    legend({}, heading),
    error ? p({ class: 'error', id: `${name}-error` }, error) : null,
    ...choices.map(({ value, text, checked, disabled }) =>
      label(
        { class: `choice${disabled ? ' choice-disabled' : ''}` },
        input({ type, name, value, checked, ...(disabled ? { disabled } : {}) }),
        span({}, text),
      ),
    ),
  )

export const hidden = (name: string, value: string): VNode => input({ type: 'hidden', name, value })

export type ButtonKind = 'primary' | 'secondary' | 'danger'

export const submit = (text: string, kind: ButtonKind = 'primary', name?: string, value?: string): VNode =>
  button(
    { type: 'submit', class: `button button-${kind}`, ...(name ? { name } : {}), ...(value ? { value } : {}) },
    text,
  )

export const post = (action: string, ...children: Child[]): VNode =>
  form({ method: 'post', action, class: 'form', novalidate: true }, ...children)

/** A form that sends a file. */
export const upload = (action: string, ...children: Child[]): VNode =>
  form({ method: 'post', action, encType: 'multipart/form-data', class: 'form', novalidate: true }, ...children)

export const fileField = (options: FieldOptions & { readonly optional?: boolean }): VNode =>
  framed(
    options,
    input({
      id: options.name,
      name: options.name,
      type: 'file',
      required: !options.optional,
      ...(options.invalid ? ({ 'aria-invalid': 'true' } as const) : {}),
      ...describedBy(options),
    }),
  )

export const buttonLink = (href: string, text: string, kind: ButtonKind = 'primary'): VNode =>
  a({ href, class: `button button-${kind}` }, text)

export type Row = readonly [term: string, value: Child]

export const rows = (...list: Row[]): VNode =>
  dl({ class: 'rows' }, ...list.map(([term, value]) => div({}, dt({}, term), dd({}, value))))

export const panel = (heading: string, ...children: Child[]): VNode =>
  section({ class: 'panel' }, h2({}, heading), ...children)

/** A large link with an icon, a name and a line of explanation. */
export const tile = (href: string, drawing: IconName, heading: string, text: Child): VNode =>
  a(
    { href, class: 'tile' },
    icon(drawing, 'large'),
    span({ class: 'tile-text' }, strong({}, heading), span({ class: 'tile-note' }, text)),
  )
