// Makes a SIM, wakes it and speaks to it in C-APDUs. docs/secure-element.md

import { createSecureElement, manufactureSecureElement, systemEntropy, volatileMemory } from 'kazasu/secure-element'

const key = Uint8Array.from({ length: 16 }, (_, i) => 0x40 + i)
const memory = volatileMemory() // or fileMemory('./sim.card'), which survives power loss
manufactureSecureElement(memory, { iccid: '8981100000000000017', isdKeys: { enc: key, mac: key, dek: key } })

const sim = createSecureElement({ memory, entropy: systemEntropy })
const ask = (command: string): string => Buffer.from(sim.process(Buffer.from(command, 'hex'))).toString('hex')

console.log('select the issuer:', ask('00a4040000'))
console.log('card number:      ', ask('80ca004500'))
console.log('list, no session: ', ask('80f28002024f0000'))
sim.reset() // power off and on: what was committed is there, what was volatile is gone
