// Every route of the screens, found in the app itself, so that a new one is tried without anybody thinking of it.

import type { Hono } from 'hono'

/** With something in the place of each parameter. */
const addresses = ({ routes }: Hono, method: 'GET' | 'POST'): string[] => {
  const paths = routes.filter((route) => route.method === method).map(({ path }) => path)
  return [...new Set(paths)].map((path) => path.replace(/:\w+(\{[^}]*\})?\??/g, 'adult').replaceAll('*', 'x'))
}

const CROSS_SITE = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }

/** `taken`: what does not answer a form that a page of another origin sends with `refusal`. `framable`: what another site may show. */
export async function fromElsewhere(app: Hono, origin: string, refusal: string, least: number) {
  const [forms, pages] = [addresses(app, 'POST'), addresses(app, 'GET')]
  const taken: string[] = []
  const framable: string[] = []
  for (const path of forms) {
    const form = { method: 'POST', body: new URLSearchParams({ a: '1' }), headers: CROSS_SITE }
    const answer = await app.request(origin + path, form)
    if (answer.status !== 403 || !(await answer.text()).includes(refusal)) taken.push(path)
  }
  for (const path of pages) {
    const { headers } = await app.request(origin + path)
    if (!headers.get('content-type')?.includes('html')) continue
    const policy = headers.get('content-security-policy') ?? ''
    if (!policy.includes("frame-ancestors 'none'") || headers.get('x-frame-options') !== 'DENY') framable.push(path)
  }
  return { taken, framable, enough: forms.length >= least && pages.length > least / 2 }
}
