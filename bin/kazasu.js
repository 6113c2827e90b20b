#!/usr/bin/env node
// Starts the command line on the Node that package.json pins, whatever Node the machine has.

import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)

function pinnedNode() {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  try {
    const folder = dirname(require.resolve(`${name}/package.json`))
    return join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  } catch {
    return process.execPath
  }
}

// Node strips no types under node_modules: an installed package runs what `npm run build` made.
const installed = import.meta.url.includes('/node_modules/')
const main = new URL(installed ? '../dist/apps/cli/main.js' : '../src/apps/cli/main.ts', import.meta.url).pathname
const child = spawn(pinnedNode(), [main, ...process.argv.slice(2)], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
