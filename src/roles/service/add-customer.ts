// Enter a customer with the passcode of the paper contract, which is kept as a salted hash only.

import { utf8 } from '../../base/bytes.ts'
import { scrypt } from '../../base/crypto.ts'
import type { Service } from './contract.ts'
import type { Deps } from './model.ts'

export const addCustomer =
  ({ store, entropy }: Deps): Service['addCustomer'] =>
  async ({ passcode, ...customer }) => {
    // Who was entered before stays as they are: nothing is hashed for them, at each start of the seeded world.
    if (await store.customer(customer.customerNumber)) return {}
    const salt = entropy(16)
    await store.addCustomer({ ...customer, salt, passcodeHash: await scrypt(utf8(passcode), salt) })
    return {}
  }
