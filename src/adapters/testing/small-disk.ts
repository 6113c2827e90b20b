// A disk that can be filled, and given room.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A file system of its own, of 96 MB unless said, or undefined where none may be mounted. */
export function smallDisk(size = 96) {
  const folder = mkdtempSync(join(tmpdir(), 'kazasu-small-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}m,mode=0777`, 'tmpfs', folder], { stdio: 'pipe' })
  } catch {
    rmSync(folder, { recursive: true })
    return undefined
  }
  const ballast = join(folder, 'ballast')
  return {
    folder,
    fill: () => {
      for (let i = 0, size = 1 << 20; size >= 1; i++)
        try {
          writeFileSync(`${ballast}-${i}`, new Uint8Array(size))
        } catch {
          size >>= 1
        }
    },
    empty: () => {
      execFileSync('sh', ['-c', `rm -f '${ballast}'-*`])
    },
    end: () => {
      execFileSync('umount', [folder], { stdio: 'pipe' })
      rmSync(folder, { recursive: true })
    },
  }
}
