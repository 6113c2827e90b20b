// Runs one command and turns whatever goes wrong into one line and an exit status: 1 refused, or
// what the command says of this refusal; 71 the machine (EX_OSERR of sysexits.h); 70 a bug (EX_SOFTWARE).

import { Refusal } from '../../base/refusal.ts'

/** EX_USAGE of sysexits.h: what was typed cannot be understood. */
export const USAGE = 64

/** What the operating system does not let us do, by its code. */
const MACHINE: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'there is no room left for this user',
  EROFS: 'this disk takes no writes',
  EACCES: 'this user may not use this file or folder',
  EPERM: 'this user may not use this file or folder',
  ENOTDIR: 'a file is where a folder should be',
  EMFILE: 'this process may open no more files (ulimit -n)',
  ENFILE: 'this machine can open no more files',
}

/** An error of a system call; a folder that cannot be made on a disk that takes no writes is ENOENT to Node. */
function ofTheMachine(error: unknown): string | undefined {
  const { code = '', syscall, path = '' } = error as NodeJS.ErrnoException
  const known = syscall === 'mkdir' && code === 'ENOENT' ? 'this folder cannot be made' : MACHINE[code]
  return known && syscall && `kazasu: ${known} [${code}]${path && `\n  path: ${path}`}\n`
}

export async function runCommand(
  command: () => Promise<number>,
  refused: (code: string) => number = () => 1,
): Promise<void> {
  try {
    process.exitCode = await command()
  } catch (error) {
    if (error instanceof Refusal) {
      const detail = Object.entries(error.detail).map(([name, value]) => `\n  ${name}: ${value}`)
      process.stderr.write(`kazasu: ${error.message} [${error.code}]${detail.join('')}\n`)
      process.exitCode = refused(error.code)
      return
    }
    const machine = ofTheMachine(error)
    if (machine) {
      process.stderr.write(machine)
      process.exitCode = 71
      return
    }
    process.stderr.write(`kazasu: this should not have happened: ${(error as Error).stack ?? error}\n`)
    process.exitCode = 70
  }
}
