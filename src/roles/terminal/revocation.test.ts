// A lost terminal: what J-LIS revokes, a card that is never on line hears from the next honest terminal.
// ours: docs/profile.md#terminal-revocation

import { afterAll, beforeAll, expect, test } from 'vitest'
import { volatileMemory } from '../../adapters/memory/index.ts'
import { systemEntropy } from '../../adapters/random.ts'
import { concat } from '../../base/bytes.ts'
import { generateKeyPair, localSigner } from '../../base/crypto.ts'
import { encodeCvcKey, modulusOfSpki } from '../../codec/cvc.ts'
import { type TestAuthority, testAuthority } from '../authority/test-authority.ts'
import { createMyNumberCard, manufactureMyNumberCard } from '../my-number-card/index.ts'
import { openResidentRegister } from '../resident-register/index.ts'
import { meet, type TerminalIdentity } from './encounter.ts'

let world: TestAuthority
beforeAll(async () => {
  world = await testAuthority(openResidentRegister)
})
afterAll(() => world.close())

async function holdersCard() {
  const { privateKey, publicKey } = generateKeyPair('RSA-2048')
  await world.resident('adult')
  const request = { requestKey: 'adult', residentId: 'adult', kind: 'auth', publicKey } as const
  const { certificate } = await world.authority.issueForCard(request)
  const root = await world.authority.terminalCa({})
  const image: Parameters<typeof manufactureMyNumberCard>[1] = {
    tokenSerial: '0000000020500003',
    municipality: '13999',
    expiry: '20330401',
    auth: { privateKey, certificate, caCertificate: (await world.authority.caCertificates({})).auth, pin: '1234' },
    terminalCaKey: concat(root.keyId, encodeCvcKey(modulusOfSpki(root.publicKey))),
  }
  const memory = volatileMemory()
  manufactureMyNumberCard(memory, image)
  return createMyNumberCard({ memory, entropy: systemEntropy })
}

async function terminal(name: string): Promise<() => Promise<TerminalIdentity>> {
  const { privateKey, publicKey } = generateKeyPair('RSA-2048')
  return async () => {
    const issued = await world.authority.issueTerminalCertificate({ requestKey: name, publicKey })
    return { ...issued, revoked: issued.revokedTerminals, signer: localSigner('RSA-SHA256', privateKey) }
  }
}

test('a revoked terminal is served until an honest one has told the card, and never after', async () => {
  const card = await holdersCard()
  const readers = async () => ({
    transmit: async (command: Uint8Array) => card.process(command),
    end: async () => card.reset(),
  })
  const tap = async (identity: TerminalIdentity) =>
    (await meet({ readers, clock: () => world.clock.now, entropy: systemEntropy }, 'gate', identity)).trouble ??
    'served'
  const [prepareLost, prepareHonest] = [await terminal('lost'), await terminal('honest')]
  const [lost, before] = [await prepareLost(), await prepareHonest()]
  expect([await tap(lost), await tap(before)]).toEqual(['served', 'served'])
  await world.authority.revokeTerminal({ keyId: lost.keyId })
  expect([await tap(lost), await tap(before)]).toEqual(['served', 'served'])
  const honest = await prepareHonest()
  expect([await tap(honest), await tap(lost), await tap(before)]).toEqual([
    'served',
    expect.stringContaining('SET PUBLIC IC KEY'),
    'served',
  ])
  await expect(prepareLost()).rejects.toMatchObject({ code: 'authority/terminalRevoked' })
})
