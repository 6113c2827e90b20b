import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { type Bytes, fromHex, hex } from '../../base/bytes.ts'
import { transmitT0 } from './t0.ts'

// A namespace of our own: its pcscd, its loopback, its /run; nothing of the machine's is touched.
const NAMESPACE = 'mount -t tmpfs tmpfs /run && ip link set lo up'
const unshare = (script: string) => ['-r', '-m', '-n', 'sh', '-c', `${NAMESPACE} && ${script}`]

function missing(): string | undefined {
  const { status } = spawnSync('unshare', unshare('command -v pcscd && ls /etc/reader.conf.d/vpcd'), {
    stdio: 'ignore',
  })
  return status === 0 ? undefined : 'needs pcscd, vsmartcard-vpcd, ip and user namespaces'
}

/** In the namespace; the pcscd that it starts ends with it. */
async function inNamespace(withPcscd: boolean, ...args: string[]): Promise<string> {
  const script = `${withPcscd ? 'pcscd -f >/dev/null 2>&1 & ' : ''}"$0" "$@"; status=$?; kill $! 2>/dev/null; exit $status`
  const { stdout } = await promisify(execFile)('unshare', [...unshare(`{ ${script}; }`), process.execPath, ...args])
  return stdout
}

test('a card in a real PC/SC reader is a link like any other', async ({ skip }) => {
  const reason = missing()
  if (reason) skip(reason)
  const seen = await inNamespace(true, 'src/adapters/testing/pcsc-round-trip.ts', '3b80800101')
  expect(JSON.parse(seen)).toEqual({
    atr: '3b80800101',
    noCard: 'pcsc/no-card',
    noReader: 'pcsc/no-reader',
    answer: '00a4040c02abcd9000',
    busy: 'pcsc/card-busy',
    lost: 'pcsc/card-lost',
    wasReset: true,
  })
})

test('no daemon: a refusal that says what to install', async ({ skip }) => {
  const reason = missing()
  if (reason) skip(reason)
  const ask = `import { listReaders } from './src/adapters/pcsc/index.ts'
    await listReaders().catch((error) => process.stdout.write(error.code))`
  expect(await inNamespace(false, '--input-type=module', '-e', ask)).toBe('pcsc/unavailable')
})

test.each([
  ['case 1', '00200080', { '00200080': '63c3' }, '63c3'],
  ['case 2 with the wrong Le', '00b0000000', { '00b0000000': '6c03', '00b0000003': '0102039000' }, '0102039000'],
  ['case 3', '00a4020c020017', { '00a4020c020017': '9000' }, '9000'],
  [
    'case 4 in two answers',
    '802a000002abcd00',
    { '802a000002abcd': '6102', '00c0000002': '01026101', '00c0000001': '039000' },
    '0102039000',
  ],
] as const)('T=0, %s', async (_, command, card: Record<string, string>, whole) => {
  const transmit = async (sent: Bytes) => fromHex(card[hex(sent)]!)
  expect(hex(await transmitT0(fromHex(command), transmit))).toBe(whole)
})
