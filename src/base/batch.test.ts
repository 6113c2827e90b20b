import { sign } from 'node:crypto'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { batched } from './batch.ts'
import { generateKeyPair, privateKey } from './crypto.ts'

const sizes: number[] = []
const doubled = batched(async (inputs: readonly number[]) => {
  sizes.push(inputs.length)
  if (inputs.includes(13)) throw new RangeError('thirteen')
  return inputs.map((input) => 2 * input)
}, 4)

test('one comes alone, many come by the batch, each gets its own', async () => {
  expect(await doubled(1)).toBe(2)
  expect(await Promise.all([1, 2, 3, 4, 5].map(doubled))).toEqual([2, 4, 6, 8, 10])
  expect(sizes.splice(0)).toEqual([1, 4, 1])
})

test('nobody fails for another’s fault', async () => {
  const answers = await Promise.allSettled([12, 13, 14].map(doubled))
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(sizes.splice(0)).toEqual([3, 1, 1, 1])
})

test('signatures that were ready when the main thread came back share a batch', async () => {
  const key = privateKey(generateKeyPair('P-256').privateKey)
  const signAside = promisify(sign) as (hash: string, message: Uint8Array, of: typeof key) => Promise<unknown>
  const largest = async () => {
    const asked = [1, 2, 3, 4].map((n) => signAside('sha256', new Uint8Array(n), key).then(() => doubled(n)))
    for (const until = performance.now() + 200; performance.now() < until; );
    await Promise.all(asked)
    return Math.max(...sizes.splice(0))
  }
  // On a busy machine they may not be ready by then.
  await expect.poll(largest).toBeGreaterThan(1)
})
