// Makes the key pair of a service in this browser (W3C Web Cryptography): the public half goes into the form, the private half is
// shown once, to be kept by its owner, and is sent nowhere.

const place = document.querySelector('[data-new-key]')
const field = document.getElementById('publicJwk')

async function thumbprint({ kty, crv, x, y }) {
  // RFC 7638 §3: the required members in the order of the alphabet.
  const text = new TextEncoder().encode(JSON.stringify({ crv, kty, x, y }))
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', text))
  return btoa(String.fromCharCode(...digest))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
}

async function make() {
  const { privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign'])
  const { kty, crv, x, y, d } = await crypto.subtle.exportKey('jwk', privateKey)
  const kid = await thumbprint({ kty, crv, x, y })
  const shown = JSON.stringify({ kty, crv, x, y, d, alg: 'ES256', kid }, null, 2)
  field.value = JSON.stringify({ kty, crv, x, y, alg: 'ES256', use: 'sig', kid })
  const secret = document.getElementById('private-key')
  secret.value = shown
  const save = document.getElementById('save-key')
  save.href = URL.createObjectURL(new Blob([`${shown}\n`], { type: 'application/jwk+json' }))
  const result = document.getElementById('key-result')
  result.hidden = false
  result.focus()
}

if (place && field && globalThis.crypto?.subtle) {
  place.hidden = false
  document.getElementById('make-key').addEventListener('click', () => void make())
}
