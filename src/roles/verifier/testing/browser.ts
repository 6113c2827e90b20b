// A browser for tests: cookies by path, redirects followed while they stay below one address.
// Not here: screens; those are tried in a real browser.

interface Cookie {
  readonly path: string
  readonly value: string
}

export interface Browser {
  /** Follows redirects until one leaves `home`, or there is none. */
  go(url: string): Promise<{ url: string; response: Response | undefined }>
  /** The form that a page of `home` has. */
  submit(url: string, form: Record<string, string>): Promise<{ url: string; response: Response | undefined }>
  readonly cookies: Map<string, Cookie>
}

/** `send` is the way out. */
export function browser(home: string, send: typeof fetch = fetch): Browser {
  const cookies = new Map<string, Cookie>()
  const header = (path: string) =>
    [...cookies]
      .filter(([, cookie]) => path === cookie.path || path.startsWith(cookie.path.replace(/\/?$/, '/')))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ')
  const keep = (line: string) => {
    const [pair = '', ...attributes] = line.split(/; */)
    const [name = '', value = ''] = pair.split('=')
    const path = attributes.find((a) => a.toLowerCase().startsWith('path='))?.slice(5) ?? '/'
    if (value === '') cookies.delete(name)
    else cookies.set(name, { path, value })
  }
  const ask = async (url: string, init: RequestInit): Promise<{ url: string; response: Response | undefined }> => {
    if (!url.startsWith(home)) return { url, response: undefined }
    const headers = { cookie: header(new URL(url).pathname), accept: 'text/html' }
    const response = await send(url, { ...init, redirect: 'manual', headers })
    response.headers.getSetCookie().forEach(keep)
    const location = response.headers.get('location')
    return location ? go(new URL(location, url).href) : { url, response }
  }
  const go = (url: string) => ask(url, {})
  const submit = (url: string, form: Record<string, string>) =>
    ask(url, { method: 'POST', body: new URLSearchParams(form) })
  return { go, submit, cookies }
}
