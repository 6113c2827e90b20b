// Reads and uses the card in the first reader through our own PC/SC client; what it found, as JSON.

import { setTimeout } from 'node:timers/promises'
import { listReaders, openReader } from '../src/adapters/pcsc/index.ts'
import { hex, utf8 } from '../src/base/bytes.ts'
import { publicKey, verify } from '../src/base/crypto.ts'
import { decodeCertificate } from '../src/codec/x509.ts'
import { CardRefused, run } from '../src/protocol/iso7816/index.ts'
import * as jpki from '../src/protocol/jpki-ap/index.ts'

const PIN = '1234'
const message = utf8('read by our own client')

async function reader(): Promise<string> {
  for (;;) {
    const found = (await listReaders()).find(({ cardPresent }) => cardPresent)
    if (found) return found.name
    await setTimeout(50)
  }
}

function* look() {
  yield* jpki.select()
  const { label } = yield* jpki.tokenInfo()
  const tries = yield* jpki.pinRetries('auth')
  const { serialNumber, subjectPublicKeyInfo } = decodeCertificate(yield* jpki.readCertificate('auth'))
  const signature = yield* jpki.signMessage('auth', PIN, message)
  const verified = verify('RSA-SHA256', publicKey(subjectPublicKeyInfo), message, signature)
  return { label, tries, serial: hex(Uint8Array.of(...bytesOf(serialNumber))), verified }
}

const bytesOf = (serial: bigint): number[] => (serial === 0n ? [] : [...bytesOf(serial >> 8n), Number(serial & 0xffn)])

const card = await openReader(await reader())
const wrong = () =>
  run(card, jpki.verifyPin('auth', '0000')).then(
    () => 'accepted',
    (error: unknown) => (error instanceof CardRefused ? error.sw.toString(16) : 'failed'),
  )
const found = { atr: hex(card.atr), ...(await run(card, look())), wrongPin: await wrong() }
await card.end()
process.stdout.write(JSON.stringify(found))
