import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { utf8 } from '../base/bytes.ts'
import { systemClock } from './clock.ts'
import { pinoLog } from './log.ts'
import { publishFolder } from './publish.ts'
import { systemEntropy } from './random.ts'

test('the machine gives time and chance', () => {
  const [before, now, after] = [Date.now(), systemClock().getTime(), Date.now()]
  expect([now >= before, now <= after]).toEqual([true, true])
  expect(systemEntropy(32)).toHaveLength(32)
  expect(systemEntropy(32)).not.toEqual(systemEntropy(32))
  expect(systemEntropy(4).constructor).toBe(Uint8Array)
})

test('the log writes events, and withholds what has no business there', () => {
  const lines: string[] = []
  const log = pinoLog({ to: { write: (line) => void lines.push(line) } })
  log('order.made', { order: 'o-1', tries: 3, again: false })
  const careless = { pin: '1234', signKey: 'k', holderName: '山田', facts: { address: '東京' }, long: 'x'.repeat(5000) }
  log('order.failed', careless as unknown as Record<string, string>)
  expect(JSON.parse(lines[0]!)).toMatchObject({ level: 30, msg: 'order.made', order: 'o-1', tries: 3, again: false })
  expect(JSON.parse(lines[1]!)).toMatchObject({ level: 40, pin: '[withheld]', facts: '[not a primitive]' })
  expect(lines[1]).not.toMatch(/1234|山田|東京|"k"/)
  expect(lines[1]!.length).toBeLessThan(600)
})

test('the log keeps quiet below its level', () => {
  const lines: string[] = []
  const log = pinoLog({ level: 'warn', to: { write: (line) => void lines.push(line) } })
  log('order.made')
  log('order.failed')
  expect(lines).toHaveLength(1)
})

test('public files appear whole, in folders, and nowhere else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kazasu-public-'))
  const publish = publishFolder(join(folder, 'public'))
  await publish('crl/auth.crl', utf8('one'))
  await publish('crl/auth.crl', utf8('two'))
  expect(readFileSync(join(folder, 'public/crl/auth.crl'), 'utf8')).toBe('two')
  expect(readdirSync(join(folder, 'public/crl'))).toEqual(['auth.crl'])
  for (const path of ['../escaped', 'a/../../escaped', 'nul\0'])
    await expect(publish(path, utf8('x'))).rejects.toThrow(RangeError)
  expect(readdirSync(folder)).toEqual(['public'])
  rmSync(folder, { recursive: true })
})
