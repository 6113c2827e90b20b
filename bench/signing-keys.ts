// Where the keys of an authority are while it is measured: in its own process, or in an HSM behind the signer process.

import { connectHsm, hsmKeyStore } from '../src/adapters/hsm/index.ts'
import { volatileKeyStore } from '../src/adapters/keys/index.ts'
import { systemEntropy } from '../src/adapters/random.ts'
import { softHsm } from '../src/adapters/testing/soft-hsm.ts'
import type { KeyStore } from '../src/base/ports.ts'
import { processorOfProcess } from './processor.ts'

export interface SigningKeys {
  readonly keys: KeyStore
  /** Processor time of the process that signs, where that is another one. */
  readonly signer?: () => number
  readonly end?: () => void
}

export const keysInProcess = (): SigningKeys => ({ keys: volatileKeyStore(systemEntropy) })

/** The keys, and the signer process that the connection has started. */
export function hsmKeys(sessions: number): SigningKeys {
  const hsm = softHsm()
  const connection = connectHsm({ ...hsm.settings, sessions })
  const others = volatileKeyStore(systemEntropy)
  const signer = () => {
    const pid = connection.pid()
    return pid === undefined ? 0 : processorOfProcess(pid)()
  }
  return {
    keys: hsmKeyStore(connection, { others, lockPath: `${hsm.tokens}.lock` }),
    signer,
    end: () => {
      connection.close()
      hsm.end()
    },
  }
}
