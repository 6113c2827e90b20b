// A user agent just big enough for OpenID Connect: follows redirects, keeps cookies, stops where told.

const REDIRECTS = 10

export class Browser {
  readonly #cookies = new Map<string, string>()

  /** Follows redirects from `url` until one leads to where `stop` says yes, and returns that address unvisited. */
  async follow(url: string, stop: (url: URL) => boolean): Promise<URL> {
    let next = new URL(url)
    for (let hop = 0; hop < REDIRECTS; hop++) {
      if (stop(next)) return next
      const response = await this.open(next)
      this.#keep(response)
      const location = response.headers.get('location')
      if (!location) throw new Error(`no redirect from ${next.pathname}, but status ${response.status}`)
      next = new URL(location, next)
    }
    throw new Error('too many redirects')
  }

  /** One page, with the cookies that this browser has. */
  open(url: string | URL): Promise<Response> {
    return fetch(url, { redirect: 'manual', headers: { cookie: this.#cookieHeader() } })
  }

  #cookieHeader(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  #keep(response: Response): void {
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (name === undefined || value === undefined) continue
      if (value === '') this.#cookies.delete(name)
      else this.#cookies.set(name, value)
    }
  }
}
