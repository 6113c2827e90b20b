// `kazasu gp list`: the registry of a card.

import type { Bytes } from '../../../base/bytes.ts'
import * as gp from '../../../protocol/globalplatform/index.ts'
import type { GpOptions } from './options.ts'
import { say, sayJson, upper, withCard } from './with-card.ts'

interface Listed {
  readonly kind: 'issuer' | 'domain' | 'application' | 'loadFile'
  readonly aid: Bytes
  readonly state: string
  readonly privileges?: readonly string[]
  readonly securityDomain?: Bytes
  readonly loadFile?: Bytes
  readonly version?: string
  readonly modules?: readonly Bytes[]
}

export const list = (options: GpOptions): Promise<number> =>
  withCard(options, async (card) => {
    const ask = (scope: gp.StatusScope) => card.secure(() => gp.getStatus(scope))
    const issuer = (await ask('issuer')).map((entry) => listed('issuer', entry))
    const applications = (await ask('applications')).map((entry) =>
      listed(((entry.privileges?.[0] ?? 0) & 0x80) !== 0 ? 'domain' : 'application', entry),
    )
    const files = (await card.secure(() => loadFiles())).map((entry) => listed('loadFile', entry))
    const all = [...issuer, ...applications, ...files]
    if (options.json) sayJson(all)
    else say(...all.flatMap(lines))
    return 0
  })

/** With modules; observed: cards that know the load files alone. */
function* loadFiles() {
  const withModules = yield* gp.getStatus('loadFilesAndModules')
  return withModules.length > 0 ? withModules : yield* gp.getStatus('loadFiles')
}

const KIND = { issuer: 'card', domain: 'application', application: 'application', loadFile: 'loadFile' } as const

function listed(kind: Listed['kind'], entry: gp.RegistryEntry): Listed {
  const { aid, lifeCycle, privileges, securityDomain, loadFile, version, modules } = entry
  return {
    kind,
    aid,
    state: gp.lifeCycleName(KIND[kind], lifeCycle),
    ...(privileges && { privileges: gp.privilegeNames(privileges) }),
    ...(securityDomain && { securityDomain }),
    ...(loadFile && { loadFile }),
    ...(version && { version: version.join('.') }),
    ...(modules && { modules }),
  }
}

const NAMES = { issuer: 'issuer domain', domain: 'security domain', application: 'application', loadFile: 'load file' }

function lines({
  kind,
  aid,
  state,
  privileges = [],
  securityDomain,
  loadFile,
  version,
  modules = [],
}: Listed): string[] {
  const more = [
    version ? `version ${version}` : '',
    loadFile ? `from ${upper(loadFile)}` : '',
    securityDomain ? `in ${upper(securityDomain)}` : '',
  ].filter((text) => text !== '')
  return [
    `${upper(aid).padEnd(32)}  ${NAMES[kind].padEnd(15)}  ${[state, ...more].join(', ')}`,
    ...(privileges.length > 0 ? [`    may: ${privileges.join(', ')}`] : []),
    ...modules.map((module) => `    module ${upper(module)}`),
  ]
}
