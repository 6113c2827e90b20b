// What a carrier refuses.

import { refusals } from '../../base/refusal.ts'
import { CLERK_REFUSALS } from '../../protocol/clerks/clerks.ts'

export const no = refusals('carrier', {
  ...CLERK_REFUSALS,
  unknownSim: [404, 'this carrier has no such SIM'],
  unknownLine: [404, 'this carrier has no such line'],
  unknownSimModel: [422, 'this carrier has no SIMs of this model'],
  simOfOtherModel: [409, 'this SIM is in stock as another model, or for another carrier'],
  lineTaken: [409, 'line or SIM is in use with other particulars'],
  simNotCertified: [409, 'the JPKI applet is not certified on this SIM model'],
  simRetired: [409, 'this SIM was destroyed or replaced'],
  notOurPackage: [422, 'this load file is not the JPKI package'],
  otherInstance: [409, 'the SIM holds the service for another order'],
  noService: [409, 'the SIM does not hold this service'],
  simUnreachable: [
    410,
    'the SIM has no line any more and did not answer: what is in it stays there, the record is closed',
  ],
  contentNotCertified: [403, 'tokens are given for the certified applet alone'],
  otherMode: [409, 'the security domain in this SIM manages its content in another mode'],
  noBearer: [503, 'there is no way to this SIM at the moment: the phone has no network that will do'],
  unknownConversation: [503, 'the conversation has ended; begin another'],
  callReused: [409, 'this identifier was used for another call'],
  callExpired: [410, 'the call was not carried out within its validity period'],
  wrongReservation: [403, 'there is no such reservation for this number, or it has expired'],
  unknownDonor: [422, 'no agreement with the carrier that the number comes from'],
})
