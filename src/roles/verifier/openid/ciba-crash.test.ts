// The verifier dies in the middle of a decoupled approval: nothing that was answered is lost, nothing is approved or handed out
// twice. Its state is in the database alone, so another process goes on where it stopped.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { createVerifier } from '../index.ts'
import { ask, asked, fetchTokens, type Person, person } from '../testing/http/approval-room.ts'
import { clientOf, type OpenIdRoom, openIdRoom, type Service } from '../testing/http/openid-room.ts'
import { openIdServer } from '../testing/http.ts'

let room: OpenIdRoom
let bank: Service
let one: Person

beforeAll(async () => {
  room = await openIdRoom()
  bank = await room.service('bank', { ciba: {} })
  one = await person(room, bank)
})
afterAll(() => room.close())

/** So that the pace begins anew. */
const later = () => {
  room.time.ahead += 2 * 3_600_000
}

/**
 * Dies at the n-th statement: whether it came to its end, and whether there were so many statements. Both, where it was something
 * else that died meanwhile: what happened is noted aside.
 */
async function cutAt(n: number, act: () => Promise<unknown>): Promise<{ ended: boolean; reached: boolean }> {
  room.cut.in = n
  const ended = await act().then(
    () => true,
    () => false,
  )
  const reached = room.cut.in === 0
  room.cut.in = 0
  return { ended, reached }
}

test('killed at every statement of asking: the service hears of no request, or of one that can be answered', async () => {
  const count = { lost: 0, doubled: 0 }
  for (let n = 1; ; n++) {
    later()
    const { ended, reached } = await cutAt(n, () => ask(bank, { login_hint: one.subject }))
    const shown = (await one.phone.asked()).length
    if (shown > 1) count.doubled++
    if (ended && shown === 0) count.lost++
    if (!reached) break
  }
  expect(count).toEqual({ lost: 0, doubled: 0 })
})

test('killed at every statement of the answer: it is given wholly or not at all, and can be given again', async () => {
  const count = { tries: 0, tokens: 0, doubled: 0 }
  for (let n = 1, reached = true, ended: boolean; reached; n++) {
    later()
    const { begun, approval } = await asked(bank, one)
    ;({ ended, reached } = await cutAt(n, () => one.phone.approve(approval, begun.comparison_code)))
    count.tries++
    if (!ended) {
      await expect(fetchTokens(bank, begun.auth_req_id)).rejects.toMatchObject({ error: 'authorization_pending' })
      await one.phone.approve(approval, begun.comparison_code)
    }
    if ((await fetchTokens(bank, begun.auth_req_id)).claims()?.sub === one.subject) count.tokens++
    await fetchTokens(bank, begun.auth_req_id).then(
      () => count.doubled++,
      () => undefined,
    )
  }
  expect(count).toEqual({ tries: count.tries, tokens: count.tries, doubled: 0 })
  expect(count.tries).toBeGreaterThan(5)
})

test('killed at every statement of the token endpoint: tokens once or, after they were marked as given, never; the answer stays', async () => {
  const count = { tries: 0, twice: 0 }
  for (let n = 1, reached = true, ended: boolean; reached; n++) {
    later()
    const { begun, approval } = await asked(bank, one)
    await one.phone.approve(approval, begun.comparison_code)
    ;({ ended, reached } = await cutAt(n, () => fetchTokens(bank, begun.auth_req_id)))
    count.tries++
    const again = await fetchTokens(bank, begun.auth_req_id).then(
      () => true,
      () => false,
    )
    if (ended && again) count.twice++
    const more = await fetchTokens(bank, begun.auth_req_id).then(
      () => true,
      () => false,
    )
    if (more) count.twice++
    const [shown] = (await room.verifier.approvalsFor({ token: one.phone.token })).approvals
    expect(shown!.state).toBe('approved')
  }
  expect(count.twice).toBe(0)
  expect(count.tries).toBeGreaterThan(3)
})

test('asked of one process, answered at a second, fetched from a third', async () => {
  later()
  const { begun, approval } = await asked(bank, one)
  const second = await createVerifier(room.deps)
  const third = await openIdServer(room.deps, room.server.issuer)
  expect((await second.approvalsFor({ token: one.phone.token })).approvals[0]?.requestId).toBe(approval.requestId)
  const signed = one.phone.signed(approval, begun.comparison_code)
  expect((await second.answerApproval(signed)).verdict.outcome).toBe('passed')
  const there = clientOf(bank, 'bank', bank.key.privateKey, { token_endpoint: `${third.address}/token` })
  expect((await fetchTokens({ configuration: there }, begun.auth_req_id)).claims()?.sub).toBe(one.subject)
  await expect(fetchTokens(bank, begun.auth_req_id)).rejects.toMatchObject({ error: 'invalid_grant' })
  third.close()
})
