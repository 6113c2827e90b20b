// A form that comes back with trouble: what was written in it stays, and what is wrong is said beside its field. PINs, passwords and
// files are never sent back.

import type { Context } from 'hono'
import { cloneElement, isValidElement, type VNode } from 'preact'
import { type Child, p } from './tags.ts'

/** What was posted, and where to; a file is no text. */
export interface Entered {
  readonly path: string
  readonly texts: Readonly<Record<string, readonly string[]>>
}

/** What is wrong with a field, by its name; null for one that is right. */
export type Wrong = Readonly<Record<string, string | null>>

export interface Marks {
  readonly wrong: Wrong
  /** Said of each field that must not be empty and is; null where something else is the trouble. */
  readonly missing: string | null
}

declare module 'hono' {
  interface ContextVariableMap {
    entered: Entered
  }
}

export async function keepEntered(c: Context): Promise<void> {
  const posted = Object.entries(await c.req.parseBody({ all: true }))
  const texts = posted.map(([name, value]) => [name, [value].flat().filter((one) => typeof one === 'string')] as const)
  c.set('entered', { path: c.req.path, texts: Object.fromEntries(texts) })
}

type Props = Readonly<Record<string, unknown>> & { readonly children?: Child }
type Element = VNode<Props>

const isElement = (node: Child): node is Element => isValidElement(node)

const listed = (node: Child): Child[] => (Array.isArray(node) ? node.flatMap(listed) : [node])

/** This element and all in it. */
const within = (node: Child): Element[] =>
  listed(node).flatMap((one) => (isElement(one) ? [one, ...within(one.props.children)] : []))

/** The tree with some elements replaced, which are not looked into; what is folded up over a marked field is opened. */
function rebuilt(node: Child, replace: (element: Element) => Child): Child {
  if (Array.isArray(node)) return node.map((one) => rebuilt(one, replace))
  if (!isElement(node)) return node
  const other = replace(node)
  if (other !== undefined) return other
  const children = rebuilt(node.props.children, replace)
  const open = node.type === 'details' && within(children).some(({ props }) => props['aria-invalid'])
  return cloneElement(node, open ? { open } : {}, children)
}

export const asEntered = (content: Child, entered: Entered, marks: Marks): Child =>
  rebuilt(content, (element) => (isSent(element, entered) ? filledIn(element, entered, marks) : undefined))

/** Of several forms of one address: what a browser always sends of it was sent. */
function isSent({ type, props }: Element, { path, texts }: Entered): boolean {
  if (type !== 'form' || props.method !== 'post' || String(props.action).split('?')[0] !== path) return false
  return within(props.children).every(({ type: control, props: { name, type: kind, value } }) => {
    if (control === 'textarea' || (control === 'input' && (kind === 'text' || kind === 'password')))
      return texts[String(name)] !== undefined
    return kind !== 'hidden' || texts[String(name)]?.includes(String(value))
  })
}

function filledIn(form: Element, { texts }: Entered, marks: Marks): Child {
  const children = rebuilt(form.props.children, (element) => {
    if (element.type === 'fieldset') return chosen(element, texts, marks)
    return element.props.class === 'field' ? written(element, texts, marks) : undefined
  })
  return cloneElement(form, {}, children)
}

type Texts = Entered['texts']

/** A field of `framed`: its control is what comes last. */
function written(field: Element, texts: Texts, { wrong, missing }: Marks): Child {
  const parts = listed(field.props.children)
  const control = parts.at(-1) as Element
  const { name, id = name, required, type, 'aria-invalid': marked, 'aria-describedby': described } = control.props
  const [text] = texts[String(name)] ?? []
  const empty = required && type !== 'file' && !text?.trim() ? missing : null
  const error = marked ? null : (wrong[String(name)] ?? empty)
  const says = [described, `${id}-error`].filter(Boolean).join(' ')
  const again = cloneElement(control, error ? { 'aria-invalid': 'true', 'aria-describedby': says } : {})
  const shown = text === undefined || type === 'password' || type === 'file' ? again : withText(again, text)
  return cloneElement(field, {}, [
    ...parts.slice(0, -1),
    error ? p({ class: 'error', id: `${id}-error` }, error) : null,
    shown,
  ])
}

const withText = (control: Element, text: string): Element =>
  control.type === 'select'
    ? cloneElement(
        control,
        {},
        listed(control.props.children).map((one) =>
          isElement(one) ? cloneElement(one, { selected: one.props.value === text }) : one,
        ),
      )
    : cloneElement(control, { value: text })

/** Radio buttons or check boxes: of what is not ticked nothing is sent. */
function chosen(field: Element, texts: Texts, { wrong }: Marks): Child {
  const name = String(within(field).find(({ type }) => type === 'input')?.props.name)
  const ticked = texts[name] ?? []
  const error = field.props['aria-describedby'] ? undefined : wrong[name]
  const [legend, ...choices] = listed(field.props.children)
  const again = rebuilt(choices, (element) =>
    element.type === 'input'
      ? cloneElement(element, { checked: ticked.includes(String(element.props.value)) })
      : undefined,
  )
  return cloneElement(field, error ? { 'aria-describedby': `${name}-error` } : {}, [
    legend,
    error ? p({ class: 'error', id: `${name}-error` }, error) : null,
    again,
  ])
}
