// Public artefacts (CA certificates, CRLs) as files in a folder that any web server or CDN can serve.

import { join, sep } from 'node:path'
import type { Publish } from '../base/ports.ts'
import { replaceFile } from './atomic-file.ts'

/** A reader sees the old file or the new one, never a part. Throws `RangeError` on a path that leaves the folder. */
export function publishFolder(folder: string): Publish {
  return async (path, content) => {
    const file = join(folder, path)
    if (path.includes('\0') || !file.startsWith(join(folder, sep))) throw new RangeError('path leaves the folder')
    replaceFile(file, content, 0o644)
  }
}
