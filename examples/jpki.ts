// Signs with the user authentication key of a My Number Card and checks the signature. docs/jpki.md

import { createPrivateKey, verify, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type Dialogue, pinRetries, readCertificate, run, select, signMessage, tokenInfo } from 'kazasu/jpki'
import { createMyNumberCard, manufactureMyNumberCard, systemEntropy, volatileMemory } from 'kazasu/secure-element'

// A card: this one is emulated, its key opens nothing. A real one: `await openReader('…')` of kazasu/jpki.
const pem = readFileSync(new URL('./specimen.pem', import.meta.url), 'utf8')
const certificate = new Uint8Array(new X509Certificate(pem).raw)
const privateKey = new Uint8Array(createPrivateKey(pem).export({ format: 'der', type: 'pkcs8' }))
const memory = volatileMemory()
manufactureMyNumberCard(memory, {
  tokenSerial: '0000000000000001',
  municipality: '99999',
  expiry: '20350401',
  auth: { privateKey, certificate, caCertificate: certificate, pin: '1234' },
})
const link = createMyNumberCard({ memory, entropy: systemEntropy }).link()

const message = new TextEncoder().encode('a challenge of who asks')

function* logIn(pin: string): Dialogue<{ certificate: Uint8Array; signature: Uint8Array }> {
  yield* select()
  const { label } = yield* tokenInfo()
  console.log(label, `${yield* pinRetries('auth')} tries of the PIN left`)
  return { certificate: yield* readCertificate('auth'), signature: yield* signMessage('auth', pin, message) }
}

const answer = await run(link, logIn('1234'))
const { publicKey, subject } = new X509Certificate(answer.certificate)
console.log(subject.replaceAll('\n', ', '))
console.log('signature', verify('sha256', message, publicKey, answer.signature) ? 'is right' : 'is wrong')
