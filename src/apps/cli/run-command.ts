// Runs one command and turns whatever goes wrong into one line and an exit status: 1 refused, or
// what the command says of this refusal; 70 a bug (EX_SOFTWARE of sysexits.h).

import { Refusal } from '../../base/refusal.ts'

/** EX_USAGE of sysexits.h: what was typed cannot be understood. */
export const USAGE = 64

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
    process.stderr.write(`kazasu: this should not have happened: ${(error as Error).stack ?? error}\n`)
    process.exitCode = 70
  }
}
