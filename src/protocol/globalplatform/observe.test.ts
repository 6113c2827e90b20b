import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fromHex, hex } from '../../base/bytes.ts'
import { decodeCommand, decodeResponse, encodeCommand } from '../../codec/apdu.ts'
import { parseTranscript } from '../iso7816/index.ts'
import { channelObserver, explain, type KeySet, type Observed } from './index.ts'

interface Session {
  readonly keys: Record<keyof KeySet, string>
  readonly exchanges: readonly (readonly [command: string, response: string | null])[]
}
const sessions: Record<string, Session> = JSON.parse(readFileSync('vectors/real-cards/sessions.json', 'utf8'))

function watch(name: string, keys: KeySet | undefined): (Observed | undefined)[] {
  const observe = channelObserver(() => keys)
  return parseTranscript(readFileSync(`vectors/real-cards/${name}.apdu`, 'utf8')).map(
    ({ command, response = '6f00' }) => observe(decodeCommand(fromHex(command)), decodeResponse(fromHex(response))),
  )
}

const keySet = ({ keys }: Session): KeySet => ({
  enc: fromHex(keys.enc),
  mac: fromHex(keys.mac),
  dek: fromHex(keys.dek),
})
const plain = (seen: Observed | undefined) => seen && hex(encodeCommand({ ...seen.command }))

test.each(Object.keys(sessions).filter((name) => sessions[name]?.keys))('%s is opened with its keys', (name) => {
  const session = sessions[name]!
  const [, authenticated, ...rest] = watch(name, keySet(session))
  expect(authenticated?.protection).toBe('opened')
  expect(rest.map((seen) => seen?.protection)).toEqual(session.exchanges.map(() => 'opened'))
  for (const [i, [command, response]] of session.exchanges.entries()) {
    expect(plain(rest[i])?.replace(/00$/, '')).toBe(command.replace(/00$/, ''))
    if (response) expect(hex(rest[i]!.response.data)).toBe(response)
  }
})

test('without the keys, or with wrong ones, it stays closed and shows what passed', () => {
  const wrong = { enc: new Uint8Array(16), mac: new Uint8Array(16), dek: new Uint8Array(16) }
  for (const keys of [undefined, wrong]) {
    const seen = watch('euicc-registry', keys)
    expect(seen.slice(1).map((each) => each?.protection)).toEqual(seen.slice(1).map(() => 'closed'))
    expect(plain(seen[2])).toMatch(/^84f22002/)
  }
})

test('an opened APDU is told by the names of its objects', () => {
  const [, , , , isd] = watch('euicc-registry', keySet(sessions['euicc-registry']!))
  expect(explain(isd!.command, isd!.response)).toEqual([
    '> GET STATUS 80F28002',
    '  4F AID: (empty)',
    '< 9000 completed',
    '  E3 entry',
    '    4F AID: A000000151000000',
    '    9F70 life cycle: 0F00',
    expect.stringMatching(
      /^ {4}C5 privileges: 82FC80 \(securityDomain, cvmManagement, trustedPath, authorizedManagement/,
    ),
    '    C4 load file: A0000001515350',
    '    CE version: 0100',
    '    CC associated security domain: A000000151000000',
    '    EA: 8003008000',
  ])
})

test.each([
  ['PUT KEY', '80d8008103010203', '9000', ['> PUT KEY 80D80081', '  (3 bytes, masked)', '< 9000 completed']],
  ['VERIFY', '0020008004 31323334', '63c2', ['> VERIFY 00200080', '  (4 bytes, masked)', '< 63C2 2 tries left']],
  ['READ BINARY', '00b0000000', '30009000', ['> READ BINARY 00B00000', '< 9000 completed', '  (2 bytes, masked)']],
  [
    'INSTALL',
    '80e60c001b 05d000000001 05d000000002 05d000000003 0100 04c9020102 00',
    '009000',
    [
      '> INSTALL [for install and make selectable] 80E60C00',
      '  load file: D000000001',
      '  module: D000000002',
      '  application: D000000003',
      '  privileges: 00 ()',
      '  parameters:',
      '    C9 application parameters: 0102',
      '< 9000 completed',
      '  00',
    ],
  ],
])('%s', (_, command, response, lines) => {
  const asked = fromHex(command)
  asked[4] = asked.length - 5
  if (command.startsWith('00b0')) asked[4] = 0
  expect(explain(decodeCommand(asked), decodeResponse(fromHex(response)))).toEqual(lines)
})
