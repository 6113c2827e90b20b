// The machine at the counter: writes cards onto the shelf. Key pairs of a card that is not whole lie in its own memory,
// so that a machine that breaks off goes on where it stopped.

import type { CardMemory } from '../adapters/memory/index.ts'
import { type Bytes, bytes, concat, equal, fromHex } from '../base/bytes.ts'
import { generateKeyPair, privateKey, publicKeyOf } from '../base/crypto.ts'
import type { Session } from '../base/ports.ts'
import type { CertificateKind } from '../roles/authority/contract.ts'
import type { Blank, CardMachine } from '../roles/counter/index.ts'
import { manufactureMyNumberCard } from '../roles/my-number-card/index.ts'

export interface Places {
  memory(place: string): CardMemory
  open(place: string): Promise<Session>
}

export const cardMachine = ({ memory, open }: Places): CardMachine => ({
  blank: async (place, cardNumber, work) => {
    const opened = memory(place)
    try {
      return await work(blankIn(opened, cardNumber))
    } finally {
      opened.close()
    }
  },
  keyPair: () => generateKeyPair('RSA-2048'),
  reader: open,
})

function blankIn(memory: CardMemory, cardNumber: string): Blank {
  const record = (kind: CertificateKind) => `blank/${cardNumber}/${kind}`
  const kept = (kind: CertificateKind) => memory.load().get(record(kind))
  return {
    get written() {
      const number = memory.load().get('card/diversification')
      return number !== undefined && equal(number, diversification(cardNumber))
    },
    hasKeyPair: (kind) => kept(kind) !== undefined,
    keyPair: (kind) => {
      const before = kept(kind)
      if (before) return { privateKey: before, publicKey: publicKeyOf(privateKey(before)) }
      const pair = generateKeyPair('RSA-2048')
      memory.commit(new Map([[record(kind), pair.privateKey]]))
      return pair
    },
    write: (image) => manufactureMyNumberCard(memory, image),
    wipe: () => memory.commit(new Map([...memory.load().keys()].map((name) => [name, null]))),
  }
}

/** As the card says its number to its issuer. */
const diversification = (cardNumber: string): Bytes => concat(bytes(0, 0), fromHex(cardNumber))
