import { expect, test } from 'vitest'
import { utf8 } from '../../base/bytes.ts'
import { systemEntropy } from '../random.ts'
import { entrust, recover, type Share } from './custody.ts'

const SECRET = systemEntropy(32)
const custodians = ['A', 'B', 'C', 'D'].map((name) => ({ name, passphrase: `passphrase of ${name}` }))
const { custody, shares } = await entrust(SECRET, custodians, 3, systemEntropy)
const given = (...numbers: number[]) =>
  numbers.map((number) => ({ share: shares[number]!, passphrase: custodians[number]!.passphrase }))
const refused = (code: string) => ({ code: `custody/${code}` })

test.each([[[0, 1, 2]], [[3, 1, 0]], [[1, 2, 3]], [[0, 1, 2, 3]]])('custodians %j open it', async (numbers) =>
  expect(await recover(custody, given(...numbers))).toEqual(SECRET),
)

test('two are too few, and so is one three times', async () => {
  await expect(recover(custody, given(0, 1))).rejects.toMatchObject(refused('too-few'))
  await expect(recover(custody, given(2, 2, 2))).rejects.toMatchObject(refused('too-few'))
})

test('a wrong passphrase, and shares of another custody', async () => {
  const wrong = [...given(0, 1), { share: shares[2]!, passphrase: 'guessed' }]
  await expect(recover(custody, wrong)).rejects.toMatchObject(refused('wrong-passphrase'))
  const other = await entrust(SECRET, custodians, 3, systemEntropy)
  const mixed = [...given(0, 1), { share: other.shares[2] as Share, passphrase: custodians[2]!.passphrase }]
  await expect(recover(custody, mixed)).rejects.toMatchObject(refused('of-another'))
})

test('nothing in the files is the secret, and who needs more than there are is told so', async () => {
  const files = JSON.stringify({ custody, shares })
  expect(files).not.toContain(Buffer.from(SECRET).toString('hex'))
  expect(files).not.toContain('passphrase of')
  await expect(entrust(utf8('x'), custodians, 5, systemEntropy)).rejects.toThrow(RangeError)
})
