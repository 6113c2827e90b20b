// Puts a throw-away SIM with the test keys into the virtual reader, until the process is told to end.

import { volatileMemory } from '../src/adapters/memory/index.ts'
import { systemEntropy } from '../src/adapters/random.ts'
import { connectVpcd } from '../src/adapters/vpcd/index.ts'
import { TEST_KEY } from '../src/apps/cli/gp/keys.ts'
import { createSecureElement, manufactureSecureElement } from '../src/roles/secure-element/index.ts'

const memory = volatileMemory()
const isdKeys = { enc: TEST_KEY, mac: TEST_KEY, dek: TEST_KEY }
manufactureSecureElement(memory, { iccid: '8981100000000000017', isdKeys, accessRules: [] })
await connectVpcd({ host: '127.0.0.1', port: 35963 }, createSecureElement({ memory, entropy: systemEntropy }))
process.stdout.write('inserted\n')
