// Runs one command and turns whatever goes wrong into one line and an exit status: 1 refused, 70 a bug.

import { Refusal } from '../../base/refusal.ts'

export async function runCommand(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command()
  } catch (error) {
    if (error instanceof Refusal) {
      const detail = Object.entries(error.detail).map(([name, value]) => `\n  ${name}: ${value}`)
      process.stderr.write(`kazasu: ${error.message} [${error.code}]${detail.join('')}\n`)
      process.exitCode = 1
      return
    }
    process.stderr.write(`kazasu: this should not have happened: ${(error as Error).stack ?? error}\n`)
    process.exitCode = 70
  }
}
