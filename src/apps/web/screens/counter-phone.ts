// ③ of seed 0 村上 at the desk: the SIM in the reader, card or documents, the PIN by the holder, the SIM back.

import { zPassword, zPin } from '../../../roles/counter/contract.ts'
import { notice, passwordField, pinField, selectField } from '../components.ts'
import { plainText } from '../viewer.ts'
import { type Task, withProof } from './counter-task.ts'

export const phone: Task = {
  form: ({ t, say }, { resident }, { citizens }) => [
    selectField(
      { name: 'sim', label: t.counter.phoneSim, hint: t.counter.phoneSimHint },
      citizens.map(({ reader, label }) => [reader, t.counter.simOf(say(label))]),
      citizens.find(({ name }) => name === resident.residentId)?.reader,
    ),
    passwordField({
      name: 'password',
      label: t.counter.phonePassword,
      hint: t.counter.phonePasswordHint,
      length: 16,
      optional: true,
    }),
  ],
  perform: (at, { resident: { residentId } }, entered) =>
    withProof(at, entered, (proof) => {
      const owner = at.world.citizens.find(({ reader }) => reader === entered.sim)
      const given = plainText(entered.password ?? '').toUpperCase()
      const password = given === '' ? null : zPassword.safeParse(given)
      if (!owner || password?.success === false) return at.viewer.t.counter.shape
      const { session, world } = at
      return async () => {
        const { carrier, msisdn, model: deviceModel } = await owner.phone.status({})
        const asked = { session, residentId, simPlace: owner.reader, proof, password: password?.data ?? null }
        await world.counter.applyForPhone({ ...asked, line: { carrier, msisdn, deviceModel } })
      }
    }),
}

export const phonePin: Task = {
  form: ({ t }) => [
    notice('info', t.counter.phonePinText),
    pinField({ name: 'pin', label: t.phone.newPin, hint: t.phone.pinHint }),
    pinField({ name: 'again', label: t.phone.again }),
  ],
  perform: ({ viewer: { t }, session, world }, { resident: { residentId } }, { pin = '', again = '' }) => {
    const chosen = zPin.safeParse(plainText(pin))
    if (!chosen.success) return t.phone.pinShape
    if (chosen.data !== plainText(again)) return t.phone.pinsDiffer
    return () => world.counter.setPhonePin({ session, residentId, pin: chosen.data })
  },
}

export const phoneBack: Task = {
  form: ({ t }) => [notice('warning', t.counter.phoneBackText)],
  perform:
    ({ session, world }, { resident: { residentId } }) =>
    () =>
      world.counter.givePhoneBack({ session, residentId }),
}
