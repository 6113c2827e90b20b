import { expect, test } from 'vitest'
import { turns } from './turns.ts'

test('who comes first is served first, and different things do not wait for each other', async () => {
  const take = turns()
  const order: string[] = []
  const first = await take('card')
  const second = take('card').then((back) => {
    order.push('second')
    back()
  })
  const third = take('card').then((back) => {
    order.push('third')
    back()
  })
  ;(await take('other'))()
  order.push('other')
  first()
  await Promise.all([second, third])
  expect(order).toEqual(['other', 'second', 'third'])
})

test('who waits too long is refused, and those behind still get their turn', async () => {
  const take = turns(20)
  const first = await take('card')
  await expect(take('card')).rejects.toMatchObject({ code: 'card/busy' })
  first()
  ;(await take('card'))()
})
