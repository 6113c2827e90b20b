// Opens a secure channel, makes a security domain, gives it keys of its own and lists the card. docs/globalplatform.md

import {
  AID,
  type Dialogue,
  fromHex,
  getStatus,
  hex,
  installForInstallAndMakeSelectable,
  KDF,
  type KeySet,
  lifeCycleName,
  openSecureChannel,
  privilegeNames,
  putKeySet,
  type RegistryEntry,
  run,
  SSD_PRIVILEGES,
  secured,
  select,
  systemEntropy,
} from 'kazasu/globalplatform'
import { createSecureElement, manufactureSecureElement, volatileMemory } from 'kazasu/secure-element'

// A card: this one is emulated. A real one: `const link = await openReader('ACS ACR38U-CCID 00 00')`.
const master = fromHex('404142434445464748494a4b4c4d4e4f')
const memory = volatileMemory()
const diversificationData = fromHex('00010203040506070809')
const isdKeys = KDF.kdf3(master, diversificationData)
manufactureSecureElement(memory, { iccid: '8981100000000000017', isdKeys, diversificationData })
const link = createSecureElement({ memory, entropy: systemEntropy }).link()

const DOMAIN = fromHex('d4d4d4d4d4010101')
const ownKeys: KeySet = { enc: systemEntropy(16), mac: systemEntropy(16), dek: systemEntropy(16) }
// The issuer's keys follow from what the card says of itself.
const issuerKeys = (hello: { readonly diversificationData: Uint8Array }) => KDF.kdf3(master, hello.diversificationData)

// A dialogue is a generator of commands: it does no I/O, so it runs over any link and inside any secure channel.
function* makeDomain(): Dialogue<void> {
  yield* select()
  const channel = yield* openSecureChannel({ keys: issuerKeys, entropy: systemEntropy, aid: AID.isd })
  const instance = { loadFile: AID.ssdPackage, module: AID.ssdModule, aid: DOMAIN, privileges: SSD_PRIVILEGES }
  yield* secured(channel, installForInstallAndMakeSelectable(instance))
}

function* takeOver(): Dialogue<void> {
  yield* select(DOMAIN)
  const channel = yield* openSecureChannel({ keys: issuerKeys, entropy: systemEntropy, aid: DOMAIN })
  yield* secured(channel, putKeySet(channel, 0x31, ownKeys))
}

function* list(): Dialogue<RegistryEntry[]> {
  yield* select()
  const channel = yield* openSecureChannel({ keys: issuerKeys, entropy: systemEntropy, aid: AID.isd })
  return yield* secured(channel, getStatus('applications'))
}

await run(link, makeDomain())
await run(link, takeOver())
for (const { aid, lifeCycle, privileges } of await run(link, list())) {
  console.log(hex(aid), lifeCycleName('application', lifeCycle), privileges ? privilegeNames(privileges).join(' ') : '')
}
