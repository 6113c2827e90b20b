// HTML elements as typed functions over Preact's `h`: `main({ id: 'main' }, h1({}, title))`. Node runs no JSX.

import { type ComponentChildren, h, type JSX, type VNode } from 'preact'

type Elements = JSX.IntrinsicElements
export type Child = ComponentChildren
/** What a script of ours may look for. */
type Data = { readonly [name: `data-${string}`]: string }
export type Tag<K extends keyof Elements> = (props: Elements[K] & Data, ...children: Child[]) => VNode

const tag =
  <K extends keyof Elements>(name: K): Tag<K> =>
  (props, ...children) =>
    h(name as string, props as Record<string, unknown>, ...children)

export const html = tag('html')
export const head = tag('head')
export const title = tag('title')
export const meta = tag('meta')
export const link = tag('link')
export const script = tag('script')
export const noscript = tag('noscript')
export const body = tag('body')
export const header = tag('header')
export const nav = tag('nav')
export const main = tag('main')
export const footer = tag('footer')
export const section = tag('section')
export const aside = tag('aside')
export const div = tag('div')
export const h1 = tag('h1')
export const h2 = tag('h2')
export const h3 = tag('h3')
export const p = tag('p')
export const a = tag('a')
export const span = tag('span')
export const strong = tag('strong')
export const small = tag('small')
export const code = tag('code')
export const pre = tag('pre')
export const ul = tag('ul')
export const ol = tag('ol')
export const li = tag('li')
export const dl = tag('dl')
export const dt = tag('dt')
export const dd = tag('dd')
export const table = tag('table')
export const caption = tag('caption')
export const thead = tag('thead')
export const tbody = tag('tbody')
export const tr = tag('tr')
export const th = tag('th')
export const td = tag('td')
export const form = tag('form')
export const fieldset = tag('fieldset')
export const legend = tag('legend')
export const label = tag('label')
export const input = tag('input')
export const select = tag('select')
export const option = tag('option')
export const textarea = tag('textarea')
export const button = tag('button')
export const progress = tag('progress')
export const details = tag('details')
export const summary = tag('summary')
export const time = tag('time')
export const svg = tag('svg')
export const path = tag('path')
