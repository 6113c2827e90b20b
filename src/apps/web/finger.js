// A finger or a face in place of the PIN (W3C Web Authentication, Level 3): asks the platform authenticator of this device for what
// the phone is going to sign, and posts what it answers with the form. Buttons stay hidden where there is no such authenticator.

const A_MINUTE = 60_000
const ES256 = -7
const RS256 = -257

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0))
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')

async function available() {
  if (!isSecureContext || !globalThis.PublicKeyCredential) return false
  return PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable()
}

async function show() {
  const there = await available().catch(() => false)
  for (const one of document.querySelectorAll('[data-with-finger]')) one.hidden = !there
  for (const one of document.querySelectorAll('[data-without-finger]')) one.hidden = there
}

/** What the phone wants to be answered; or it says on its screen why it does not ask. */
async function askedFor(form) {
  const body = new URLSearchParams(new FormData(form))
  body.set('decision', 'finger-ask')
  const answer = await fetch(form.action, { method: 'POST', body })
  if (answer.headers.get('content-type')?.includes('json')) return answer.json()
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  document.title = page.title
  document.querySelector('main').replaceWith(page.querySelector('main'))
  document.querySelector('main').focus()
  await show()
  return null
}

/** A key that stays in this device, and opens after its owner was recognised. */
async function made({ challenge }, name) {
  const credential = await navigator.credentials.create({
    publicKey: {
      challenge: bytes(challenge),
      rp: { name: 'Kazasu' },
      user: { id: crypto.getRandomValues(new Uint8Array(32)), name, displayName: name },
      pubKeyCredParams: [ES256, RS256].map((alg) => ({ type: 'public-key', alg })),
      authenticatorSelection: {
        authenticatorAttachment: 'platform',
        userVerification: 'required',
        residentKey: 'discouraged',
      },
      attestation: 'none',
      timeout: A_MINUTE,
      extensions: { prf: {} },
    },
  })
  const publicKey = credential.response.getPublicKey()
  if (!publicKey || !credential.getClientExtensionResults().prf?.enabled) throw new Error('no key of the PIN')
  return { id: credential.rawId, publicKey: text(publicKey) }
}

async function answered({ challenge, salt }, id) {
  const credential = await navigator.credentials.get({
    publicKey: {
      challenge: bytes(challenge),
      allowCredentials: [{ type: 'public-key', id, transports: ['internal'] }],
      userVerification: 'required',
      timeout: A_MINUTE,
      extensions: { prf: { eval: { first: bytes(salt) } } },
    },
  })
  const key = credential.getClientExtensionResults().prf?.results?.first
  if (!key) throw new Error('no key of the PIN')
  const { authenticatorData, clientDataJSON, signature } = credential.response
  return {
    credentialId: text(credential.rawId),
    authenticatorData: text(authenticatorData),
    clientData: text(clientDataJSON),
    signature: text(signature),
    key: text(key),
  }
}

async function turnedOn(asked, name) {
  const { id, publicKey } = await made(asked, name)
  return { publicKey, released: await answered(asked, id) }
}

function send(form, decision, finger) {
  for (const [name, value] of Object.entries({ decision, finger })) {
    const field = Object.assign(document.createElement('input'), { type: 'hidden', name, value })
    form.append(field)
  }
  form.submit()
}

async function use(button) {
  const { form, dataset } = button
  const asked = await askedFor(form)
  if (!asked) return
  const owner = dataset.finger === 'make' ? dataset.owner : null
  try {
    const finger = owner ? await turnedOn(asked, owner) : await answered(asked, bytes(asked.credentialId))
    send(form, 'finger', JSON.stringify(finger))
  } catch (error) {
    // WebAuthn §6.3.3: not recognised, not wanted and no longer there are one error, so that no page can tell them apart.
    send(form, 'finger-failed', error.name === 'NotAllowedError' ? 'refused' : 'unable')
  }
}

document.addEventListener('click', (event) => {
  const button = event.target.closest?.('button[data-finger]')
  if (!button) return
  event.preventDefault()
  button.disabled = true
  use(button).finally(() => {
    button.disabled = false
  })
})
await show()
