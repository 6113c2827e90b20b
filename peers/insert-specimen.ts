// Puts a throw-away My Number Card into the virtual reader, until the process is told to end.

import { holder } from '../bench/fixture.ts'
import { connectVpcd } from '../src/adapters/vpcd/index.ts'

const { card } = holder()
await connectVpcd({ host: '127.0.0.1', port: 35963 }, card)
process.stdout.write('inserted\n')
