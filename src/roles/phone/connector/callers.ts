// Who asks the connector: an app, by what the operating system gave it when it was installed, or a web page, by the
// origin that the browser vouches for. What a caller says of itself counts for nothing.

import { type Bytes, concat, hex, utf8 } from '../../../base/bytes.ts'
import { sha1, sha256 } from '../../../base/crypto.ts'
import { isLoopback } from '../../../base/loopback.ts'
import type { Entropy } from '../../../base/ports.ts'
import { type DeviceApp, deviceApp } from '../../../protocol/access-rules/index.ts'
import type { Phone } from '../contract.ts'
import { no } from '../refusals.ts'
import type { PhoneStore } from '../store.ts'

export interface Caller {
  readonly kind: 'app' | 'page'
  readonly app: DeviceApp
}

/** How a rule in the SIM names a web page: by hashes over its origin. Ours: docs/profile.md#connector. */
export function pageAt(origin: string): DeviceApp {
  const statement = utf8(`kazasu web page 1\n${origin}`)
  return { name: origin, ids: [sha1(statement), sha256(statement)] }
}

/** An origin and nothing more; without TLS only on this machine. */
export function checkedOrigin(text: string): string {
  const url = URL.parse(text)
  if (!url || url.origin !== text) throw no.unknownCaller()
  if (url.protocol === 'https:') return text
  if (url.protocol === 'http:' && isLoopback(url.hostname)) return text
  throw no.unknownCaller()
}

interface Deps {
  readonly name: string
  readonly entropy: Entropy
  readonly store: PhoneStore
}

const digestOf = (handle: string): Bytes => sha256(utf8(handle))
const joined = ({ ids }: DeviceApp): Bytes => concat(...ids)
const ID_LENGTHS = [20, 32]

/** SHA-1 and SHA-256 in turns. */
function split(ids: Bytes): Bytes[] {
  const found: Bytes[] = []
  for (let at = 0, i = 0; at < ids.length; at += ID_LENGTHS[i++ % 2]!) {
    found.push(ids.slice(at, at + ID_LENGTHS[i % 2]!))
  }
  return found
}

/** The operating system's part: it has checked the signature of the package. Installed again: another handle. */
export const installApp =
  ({ name, entropy, store }: Deps): Phone['installApp'] =>
  async ({ package: packageName, certificates }) => {
    const handle = hex(entropy(16))
    const app = deviceApp(packageName, certificates)
    await store.saveApp({ phone: name, package: packageName, handle: digestOf(handle), ids: joined(app) })
    return { handle }
  }

export const removeApp =
  ({ name, store }: Deps): Phone['removeApp'] =>
  async ({ package: packageName }) => {
    await store.deleteApp(name, packageName)
    return {}
  }

export const callerOf =
  ({ name, store }: Deps) =>
  async (from: { app: string } | { origin: string }): Promise<Caller> => {
    if ('origin' in from) return { kind: 'page', app: pageAt(checkedOrigin(from.origin)) }
    const row = await store.appByHandle(name, digestOf(from.app))
    if (!row) throw no.unknownCaller()
    return { kind: 'app', app: { name: row.package, ids: split(row.ids) } }
  }
