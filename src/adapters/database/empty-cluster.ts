// A new embedded database without the seconds of initdb: the empty cluster is made once on a machine, kept packed in the user's
// cache, and every new database begins as a copy of it. All have one system identifier, which matters only to servers that
// follow one another (several-servers.ts); an embedded one follows nobody.

import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { PGlite } from '@electric-sql/pglite'
import { replaceFile } from '../atomic-file.ts'
import { cacheFolder } from '../cache-folder.ts'

/** Another version of PGlite may make another cluster. */
export function keptCluster(folder: string): string {
  const main = createRequire(import.meta.url).resolve('@electric-sql/pglite')
  const { version } = JSON.parse(readFileSync(join(dirname(main), '..', 'package.json'), 'utf8'))
  return join(folder, `pglite-${version}.tar.gz`)
}

/** As PGlite packs it, a tar. A kept one that is damaged is said in a warning and made anew. */
export async function emptyCluster(folder: string = cacheFolder()): Promise<Uint8Array<ArrayBuffer>> {
  const path = keptCluster(folder)
  const kept = unpacked(path)
  if (kept) return kept
  const pglite = await PGlite.create()
  const tar = new Uint8Array(await (await pglite.dumpDataDir('none')).arrayBuffer())
  await pglite.close()
  keep(path, tar)
  return tar
}

/** gzip's CRC-32 is over all of it. */
function unpacked(path: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return new Uint8Array(gunzipSync(readFileSync(path)))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      process.emitWarning(`${path} is made anew: ${(error as Error).message}`)
    return undefined
  }
}

/** Where nothing can be kept, the next new database takes its seconds again. */
function keep(path: string, tar: Uint8Array): void {
  try {
    replaceFile(path, gzipSync(tar, { level: 1 }), 0o600)
  } catch {}
}

/** The cluster as a folder, which is there whole or not at all. */
export function layOut(tar: Uint8Array, folder: string): void {
  const part = `${folder}.part`
  rmSync(part, { recursive: true, force: true })
  for (const { name, isFolder, content } of entries(Buffer.from(tar.buffer, tar.byteOffset, tar.byteLength))) {
    const path = join(part, name)
    mkdirSync(isFolder ? path : dirname(path), { recursive: true, mode: 0o700 })
    if (!isFolder) writeFileSync(path, content, { mode: 0o600 })
  }
  renameSync(part, folder)
}

/** A tar as POSIX has it: a header of 512 bytes, the content filled up to a multiple of them; a zero ends it all. */
function* entries(tar: Buffer) {
  const text = (from: number, length: number) => tar.toString('latin1', from, from + length).replace(/\0.*$/s, '')
  for (let at = 0; at < tar.length && tar[at] !== 0; ) {
    const size = Number.parseInt(text(at + 124, 12), 8)
    const content = tar.subarray(at + 512, at + 512 + size)
    yield { name: text(at, 100), isFolder: text(at + 156, 1) === '5', content }
    at += 512 + Math.ceil(size / 512) * 512
  }
}
