// What stands between us and the keys in an HSM.

import { refusals } from '../../base/refusal.ts'

export const no = refusals('hsm', {
  unavailable: [503, 'the HSM does not answer'],
  'no-token': [503, 'there is no token of this label'],
  'not-installed': [503, 'the PKCS#11 library or the optional package pkcs11js is not there'],
  'wrong-pin': [403, 'the HSM refuses the PIN; it is not tried again'],
  'no-pin': [400, 'an HSM needs a PIN: set KAZASU_PKCS11_PIN_FILE'],
})
