// The public parts as a user has them: the examples from the sources, and the package as npm packs it, installed under
// node_modules, where Node strips no types.

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const RESULTS: Readonly<Record<string, RegExp>> = {
  'secure-element.ts':
    /^select the issuer: 6f41.*9000\ncard number: {7}450a8981100000000000017f9000\nlist, no session: {2}6982\n$/,
  'globalplatform.ts': /^d4d4d4d4d4010101 personalized securityDomain trustedPath\n$/,
  'validate.ts':
    /^passed, by the list of 2026-11-20T00:00:00.000Z\nindeterminate: no certificate is revoked\nkazasu\/validation-report\/1\n$/,
  'jpki.ts': /^JPKIAPICCTOKEN2 3 tries of the PIN left\nC=JP, .*\nsignature is right\n$/,
}
const examples = readdirSync('examples').filter((name) => name.endsWith('.ts'))
/** What `engines` in package.json promises, tried on the machine's own Node when that is older than the pinned one. */
const older = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((path) => !path.includes('node_modules'))
  .map((path) => join(path, 'node'))
  .find((path) => {
    const major = Number(/^v(\d+)/.exec(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[1])
    return major >= 20 && major < Number(process.versions.node.split('.')[0])
  })
const node = (folder: string, ...args: string[]) =>
  execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } })

test('every example is run', () => expect(examples.sort()).toEqual(Object.keys(RESULTS).sort()))

test.each(examples)('examples/%s', (name) =>
  expect(node('.', '--conditions=source', `examples/${name}`)).toMatch(RESULTS[name]!),
)

describe('the package', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kazasu-package-'))
    const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const [{ filename }] = JSON.parse(packed.slice(packed.indexOf('[\n'))) as [{ filename: string }]
    const home = join(folder, 'node_modules', 'kazasu')
    mkdirSync(home, { recursive: true })
    execFileSync('tar', ['-xzf', join(folder, filename), '-C', home, '--strip-components=1'])
    // What npm would fetch is here already.
    symlinkSync(resolve('node_modules'), join(home, 'node_modules'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test.each(examples)('runs its example %s', (name) => {
    execFileSync('cp', ['-r', 'examples', folder])
    expect(node(folder, `examples/${name}`)).toMatch(RESULTS[name]!)
  })

  test.skipIf(!older).each(examples)('runs its example %s on an older Node (absent: none from 20 to 23)', (name) => {
    execFileSync('cp', ['-r', 'examples', folder])
    const plain = name.replace('.ts', '.mjs')
    writeFileSync(join(folder, 'examples', plain), stripTypeScriptTypes(readFileSync(join('examples', name), 'utf8')))
    expect(execFileSync(older!, [`examples/${plain}`], { cwd: folder, encoding: 'utf8' })).toMatch(RESULTS[name]!)
  })

  test('has types with which a user’s own code is checked', () => {
    const code = `import { getStatus, run } from 'kazasu/globalplatform'
      import { createSecureElement, volatileMemory } from 'kazasu/secure-element'
      import { select } from 'kazasu/jpki'
      const sim = createSecureElement({ memory: volatileMemory(), entropy: (length) => new Uint8Array(length) })
      const wrong: number = run(sim.link(), getStatus('applications'))
      export const right: Promise<void> = run(sim.link(), select())`
    writeFileSync(join(folder, 'user.mts'), code)
    const options = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2024',
      '--types',
      '',
      '--skipLibCheck',
    ]
    const checked = spawnSync(process.execPath, [resolve('node_modules/typescript/bin/tsc'), ...options, 'user.mts'], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect(checked.stdout.match(/error TS\d+.*/g)).toEqual([
      "error TS2322: Type 'Promise<RegistryEntry[]>' is not assignable to type 'number'.",
    ])
  })

  test('has the command line', () => {
    const kazasu = join(folder, 'node_modules/kazasu/bin/kazasu.js')
    expect(node(folder, kazasu, 'gp', 'info', '--card-file', 'sim.card', '--new')).toContain('SCP03 i=70')
  })
})
