// `kazasu gp load | install`: a CAP file onto the card, and applications from it.

import { createPrivateKey } from 'node:crypto'
import { loadFileOf } from '../../../adapters/cap-file.ts'
import { type Bytes, concat, equal, fromLatin1 } from '../../../base/bytes.ts'
import { privateKey } from '../../../base/crypto.ts'
import { type Cap, decodeCap } from '../../../codec/cap.ts'
import { CodecError } from '../../../codec/codec-error.ts'
import * as gp from '../../../protocol/globalplatform/index.ts'
import { progress } from '../progress.ts'
import { aidBytes, fileBytes, type GpOptions, hexOrFile, privilegesOf } from './options.ts'
import { no } from './refusals.ts'
import { type CardAtHand, say, sayJson, upper, withCard } from './with-card.ts'

export interface LoadOptions extends GpOptions {
  /** The domain that the code goes to; the selected one if absent. */
  readonly to?: string
  readonly hash?: 'none' | 'sha1' | 'sha256' | 'sha384' | 'sha512'
  readonly block?: string
  readonly tokenKey?: string
  readonly dapKey?: string
  readonly dapDomain?: string
}

export interface InstallOptions extends LoadOptions {
  readonly package?: string
  readonly module?: string
  readonly as?: string
  readonly privileges?: readonly string[]
  readonly params?: string
}

interface Read {
  readonly dataBlock: Bytes
  readonly cap: Cap
}

function readCap(path: string): Read {
  try {
    const dataBlock = loadFileOf(fileBytes(path))
    return { dataBlock, cap: decodeCap(dataBlock) }
  } catch (cause) {
    if (cause instanceof CodecError) throw no['bad-file']({ file: path, reason: cause.message }, cause)
    throw cause
  }
}

export const load = (path: string, options: LoadOptions): Promise<number> => {
  const read = readCap(path)
  return withCard(options, async (card) => {
    await loadOn(card, read, options)
    const { aid, applets } = read.cap
    if (options.json) sayJson({ loaded: aid, modules: applets.map((applet) => applet.aid) })
    else say(`loaded ${upper(aid)}`, ...applets.map((applet) => `  module ${upper(applet.aid)}`))
    return 0
  })
}

async function loadOn(card: CardAtHand, { dataBlock, cap }: Read, options: LoadOptions): Promise<void> {
  const authorise = options.tokenKey === undefined ? undefined : signerFrom(options.tokenKey)
  const securityDomain = aidBytes(options.to ?? options.aid ?? upper(gp.AID.isd))
  const file: gp.LoadFile = { aid: cap.aid, securityDomain, dataBlock, authorise, hash: options.hash ?? 'sha256' }
  const daps =
    options.dapKey === undefined
      ? []
      : [gp.dapBlock(aidBytes(options.dapDomain ?? upper(securityDomain)), file, signerFrom(options.dapKey))]
  await card.secure(() => gp.installForLoad(file))
  const bar = progress(dataBlock.length)
  await card.secure((inside) => {
    const capacity = options.block === undefined ? inside.capacity : blockOf(options.block)
    return gp.load(dataBlock, {
      capacity,
      daps,
      progress: (sent, total) => bar.at(sent, total, `${upper(cap.aid)} ${sent} of ${total} bytes`),
    })
  })
  bar.done()
}

function blockOf(text: string): number {
  const length = Number(text)
  if (!Number.isInteger(length) || length < 1 || length > 255)
    throw no['bad-option']({ block: text, wanted: '1 to 255' })
  return length
}

/** A PEM private key (RSA or ECC), or an AES key in hex. The file is named, so that the key is not on the command line. */
function signerFrom(path: string): (message: Bytes) => Bytes {
  const content = fileBytes(path)
  const text = fromLatin1(content)
  try {
    if (text.includes('PRIVATE KEY')) {
      const pkcs8 = createPrivateKey(text).export({ format: 'der', type: 'pkcs8' })
      return gp.signatureBy({ privateKey: privateKey(concat(pkcs8)) })
    }
    return gp.signatureBy({ aes: hexOrFile(text.trim(), 'key') })
  } catch (cause) {
    throw no['bad-file']({ file: path, reason: 'neither a PEM private key nor an AES key in hex' }, cause)
  }
}

/** With a file it is loaded first; with `--package` it is on the card already. */
export function install(path: string | undefined, options: InstallOptions): Promise<number> {
  const read = path === undefined ? undefined : readCap(path)
  if (!read && options.package === undefined) throw no['bad-option']({ wanted: 'a CAP file or --package' })
  const instances = instancesOf(read?.cap, options)
  return withCard(options, async (card) => {
    if (read) await loadOn(card, read, options)
    for (const instance of instances) await card.secure(() => gp.installForInstallAndMakeSelectable(instance))
    const done = instances.map(({ aid, module, loadFile }) => ({ installed: aid, module, loadFile }))
    if (options.json) sayJson(done)
    else say(...done.map(({ installed, module }) => `installed ${upper(installed)} (module ${upper(module)})`))
    return 0
  })
}

function instancesOf(cap: Cap | undefined, options: InstallOptions): gp.Instance[] {
  const loadFile = cap?.aid ?? aidBytes(options.package!)
  const wanted = options.module === undefined ? undefined : aidBytes(options.module)
  const known = cap?.applets.map(({ aid }) => aid)
  const modules = known?.filter((aid) => !wanted || equal(aid, wanted)) ?? (wanted ? [wanted] : [])
  if (modules.length === 0) throw no['no-such-module']({ module: options.module ?? 'none given' })
  if (options.as !== undefined && modules.length > 1) throw no['bad-option']({ wanted: '--module, for --as names one' })
  const authorise = options.tokenKey === undefined ? undefined : signerFrom(options.tokenKey)
  return modules.map((module) => ({
    loadFile,
    module,
    aid: options.as === undefined ? module : aidBytes(options.as),
    privileges: privilegesOf(options.privileges ?? []),
    authorise,
    ...(options.params !== undefined && { parameters: hexOrFile(options.params, 'parameters') }),
  }))
}
