// What a carrier refuses.

import { refusals } from '../../base/refusal.ts'

export const no = refusals('carrier', {
  unknownSim: [404, 'this carrier has no such SIM'],
  unknownSimModel: [422, 'this carrier has no SIMs of this model'],
  simOfOtherModel: [409, 'this SIM is in stock as another model'],
  lineTaken: [409, 'line or SIM is in use with other particulars'],
  simNotCertified: [409, 'the JPKI applet is not certified on this SIM model'],
  otherInstance: [409, 'the SIM holds the service for another order'],
  unknownConversation: [503, 'the conversation has ended; begin another'],
})
