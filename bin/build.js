#!/usr/bin/env node
// Makes dist/: JavaScript and types for those who install the package, because Node strips no types under node_modules.

import { spawnSync } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

process.chdir(join(import.meta.dirname, '..'))
rmSync('dist', { recursive: true, force: true })
const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc')
const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { stdio: 'inherit' })
if (status !== 0) process.exit(status ?? 1)
// Style, icon and script of the screens lie beside the code that sends them.
cpSync('src/apps/web', 'dist/apps/web', { recursive: true, filter: (path) => !path.endsWith('.ts') })
