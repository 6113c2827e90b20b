// Style sheet, script and icon, read once. The design tokens of the Digital Agency come first, our rules after them.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Hono } from 'hono'

const read = (path: string | URL) => readFileSync(path, 'utf8')
const ours = (name: string) => read(new URL(name, import.meta.url))
const tokens = () => read(createRequire(import.meta.url).resolve('@digital-go-jp/design-tokens/dist/tokens.css'))

export function assets(): Hono {
  const files = {
    'style.css': ['text/css; charset=utf-8', `${tokens()}\n${ours('style.css')}`],
    'waiting.js': ['text/javascript; charset=utf-8', ours('waiting.js')],
    'new-key.js': ['text/javascript; charset=utf-8', ours('new-key.js')],
    'copy.js': ['text/javascript; charset=utf-8', ours('copy.js')],
    'finger.js': ['text/javascript; charset=utf-8', ours('finger.js')],
    'icon.svg': ['image/svg+xml', ours('icon.svg')],
  } as const
  const app = new Hono()
  for (const [name, [type, content]] of Object.entries(files))
    app.get(`/${name}`, (c) => c.body(content, 200, { 'Content-Type': type, 'Cache-Control': 'no-cache' }))
  return app
}
