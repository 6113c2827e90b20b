// Ten thousand SIMs in one process: what an idle one weighs, how long one takes to make and wake, and the writing of a
// key and its certificate without the making of the key.

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { volatileMemory } from '../src/adapters/memory/index.ts'
import { systemEntropy } from '../src/adapters/random.ts'
import { type Bytes, utf8 } from '../src/base/bytes.ts'
import { privateKey, sign } from '../src/base/crypto.ts'
import * as gp from '../src/protocol/globalplatform/index.ts'
import { type Dialogue, run } from '../src/protocol/iso7816/index.ts'
import * as personalisation from '../src/protocol/personalisation/index.ts'
import { createSecureElement, type SecureElement } from '../src/roles/secure-element/index.ts'
import { certificateFor, pair, scp03Keys, wake } from '../src/roles/secure-element/specimen.ts'
import { livedUntil } from '../src/roles/secure-element/whole-life.ts'
import { type Bench, must, repeated } from './harness.ts'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

const held = (): number => {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** A copy of the image in an own memory. */
function copied(image: ReadonlyMap<string, Bytes>) {
  const memory = volatileMemory()
  memory.commit(new Map([...image].map(([name, value]) => [name, value.slice()])))
  return memory
}

function crowd(image: ReadonlyMap<string, Bytes>, count: number): string {
  const before = held()
  const started = performance.now()
  const cards: SecureElement[] = []
  for (let i = 0; i < count; i++) cards.push(createSecureElement({ memory: copied(image), entropy: systemEntropy }))
  const spent = performance.now() - started
  const each = (held() - before) / count
  must(cards.length === count && each < 64 * 1024, 'the bar of 64 KiB a card')
  return `${count} cards: ${(each / 1024).toFixed(1)} KiB and ${((1000 * spent) / count).toFixed(0)} µs each, ${spent.toFixed(0)} ms in all`
}

export const cards: Bench = {
  name: 'cards',
  unit: 'one enrolled SIM made of an image and woken',
  floorIs: 'a copy of the image in a memory of its own',
  prepare: async () => {
    const { records: image } = await livedUntil('the holder')
    return {
      work: repeated(() => createSecureElement({ memory: copied(image), entropy: systemEntropy })),
      floor: repeated(() => copied(image)),
      notes: () => [100, 1000, 10_000].map((count) => crowd(image, count)),
    }
  },
}

export const written: Bench = {
  name: 'written',
  unit: 'a key pair (made before) taken by the applet with its proof, and the certificate written; level 33, both sides',
  floorIs: 'the RSA-2048 signature of the proof',
  prepare: async () => {
    const link = wake(await livedUntil('the holder')).link()
    const content = { contentKey: systemEntropy(32), entropy: systemEntropy }
    const keys = { keyVersion: 0x31, keys: scp03Keys('own') }
    const channel = await run(link, personalisation.rotateKeys({ initial: keys, own: keys, entropy: systemEntropy }))
    await run(link, gp.secured(channel, personalisation.setContentKey(channel.dek, content)))
    const { publicKey, privateKey: pkcs8 } = pair('sim')
    const key = privateKey(pkcs8)
    function* one(): Dialogue<void> {
      yield* personalisation.generateKeyPair(content, systemEntropy(16))
      yield* personalisation.writeCertificate(content, certificateFor(publicKey, 7))
    }
    return {
      work: repeated(() => run(link, gp.secured(channel, one()))),
      floor: repeated(() => sign('RSA-SHA256', key, utf8('proof'))),
    }
  },
}
