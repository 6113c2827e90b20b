// Requests to addresses that somebody outside has named (receivers, keys of services): by TLS, to no address of the inside, whatever
// a name resolves to at that moment, without following redirects, with an end to time and size. OWASP: SSRF; RFC 8935 §4.

import { lookup as systemLookup } from 'node:dns'
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/** RFC 6890 and the registries behind it: what is not for the whole Internet. */
const INSIDE: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
  ['::', 3],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]

const inside = new BlockList()
for (const [network, prefix] of INSIDE) inside.addSubnet(network, prefix, network.includes(':') ? 'ipv6' : 'ipv4')

const LOOPBACK = ['localhost', '127.0.0.1', '::1']

/** Also an IPv4 address that is written as an IPv6 one (`::ffff:10.0.0.1` lies in `::/3`, with all that is not 2000::/3). */
const isInside = (address: string): boolean => inside.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

export interface OutsideOptions {
  /** The services of one laptop: this machine, also without TLS. */
  readonly loopback?: boolean
  /** Of an answer, in octets; what is longer is cut. */
  readonly largest?: number
  readonly lookup?: LookupFunction
}

export interface OutsideQuestion {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

export interface OutsideRequest extends OutsideQuestion {
  readonly body: string
}

export interface OutsideAnswer {
  readonly status: number
  readonly body: string
}

export interface Outside {
  /** What can be said of an address before it is used: its form, and a literal address. */
  accepts(url: string): boolean
  /** Rejects when there is no answer, when the address is not accepted, and when its name leads inside; so does `get`. */
  post(request: OutsideRequest): Promise<OutsideAnswer>
  get(question: OutsideQuestion): Promise<OutsideAnswer>
  close(): void
}

/** Its connections stay open for the next request. */
export function outside(options: OutsideOptions = {}): Outside {
  const keep = { keepAlive: true, maxSockets: 256, maxFreeSockets: 256, scheduling: 'lifo' as const }
  const lookup = guardedLookup(options)
  const agents = { https: new HttpsAgent({ ...keep, lookup }), http: new HttpAgent({ ...keep, lookup }) }
  const accepts = (url: string) => acceptable(options, url)
  const sent = (request: Sent) => {
    if (!accepts(request.url)) return Promise.reject(new AddressRefused())
    return send(request, agents, options.largest ?? 16 * 1024)
  }
  return {
    accepts,
    post: (request) => sent({ ...request, method: 'POST' }),
    get: (question) => sent({ ...question, method: 'GET', body: '' }),
    close: () => {
      agents.https.destroy()
      agents.http.destroy()
    },
  }
}

class AddressRefused extends Error {
  override readonly name = 'AddressRefused'
  readonly code = 'EADDRESSREFUSED'

  constructor() {
    super('this address is not of the outside')
  }
}

function acceptable({ loopback = false }: OutsideOptions, text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, password, hash } = new URL(text)
  const host = hostname.replace(/^\[|\]$/g, '')
  if (username || password || hash || host === '') return false
  if (loopback && LOOPBACK.includes(host)) return protocol === 'https:' || protocol === 'http:'
  if (protocol !== 'https:' || host === 'localhost' || host.endsWith('.localhost')) return false
  return isIP(host) === 0 || !isInside(host)
}

/** Looked at when the connection is made, so that a name that leads elsewhere now (DNS rebinding) leads nowhere. */
function guardedLookup({ loopback = false, lookup = systemLookup as LookupFunction }: OutsideOptions): LookupFunction {
  return (hostname, how, answer) =>
    lookup(hostname, { ...how, all: true }, (error, found) => {
      const addresses = Array.isArray(found) ? found : []
      const allowed = addresses.filter(({ address }) => (loopback && hostname === 'localhost') || !isInside(address))
      const [first] = allowed
      if (error) return answer(error, '')
      if (!first || allowed.length < addresses.length) return answer(new AddressRefused(), '')
      return how.all ? answer(null, allowed) : answer(null, first.address, first.family)
    })
}

interface Sent extends OutsideRequest {
  readonly method: 'GET' | 'POST'
}

function send(
  sent: Sent,
  agents: { readonly https: HttpsAgent; readonly http: HttpAgent },
  largest: number,
): Promise<OutsideAnswer> {
  const { url, method, body, signal } = sent
  const secure = url.startsWith('https:')
  const length = method === 'POST' && { 'content-length': String(new TextEncoder().encode(body).length) }
  const given = { method, headers: { ...sent.headers, ...length }, signal }
  return new Promise((resolve, reject) => {
    const answered = (response: IncomingMessage) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        text += part.slice(0, largest - text.length)
        if (text.length >= largest) response.destroy()
      })
      response.on('error', reject)
      response.on('close', () => resolve({ status: response.statusCode ?? 0, body: text }))
    }
    const request = secure
      ? requestHttps(url, { ...given, agent: agents.https }, answered)
      : requestHttp(url, { ...given, agent: agents.http }, answered)
    // The other side closed a kept connection just as this request went out on it: there may be another. Should the request
    // have been heard all the same, it comes twice, which its receivers must bear anyway: RFC 8935 §2.
    request.on('error', (error: NodeJS.ErrnoException) => {
      const stale = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
      if (stale) resolve(send(sent, agents, largest))
      else reject(error)
    })
    request.end(body)
  })
}
