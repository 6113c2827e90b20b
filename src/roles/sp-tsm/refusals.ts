// What the SP-TSM refuses, and why an order is undone.

import { refusals } from '../../base/refusal.ts'

export const no = refusals('sp-tsm', {
  signatureNotPassed: [422, 'the signature of the application was not accepted'],
  malformedForm: [422, 'the signed form is not an application'],
  notFresh: [422, 'the application is too old, or from the future'],
  nonceUsed: [409, 'this application has been received before'],
  noLinkedCertificate: [409, 'there is no valid 利用者証明用 certificate with this 署名用 certificate'],
  phoneExists: [409, 'another phone has a certificate of this holder: remove it there first'],
  unknownCarrier: [422, 'no agreement with this carrier'],
  notEligible: [409, 'this line, SIM or phone cannot have the service'],
  orderLive: [409, 'this SIM has an order already'],
  unknownOrder: [404, 'there is no such order'],
  pinNotDue: [409, 'this order does not wait for a PIN'],
  orderBusy: [503, 'another worker has this order at the moment'],
  leaseLost: [503, 'this worker was too slow and lost the order'],
  noOrderOfSim: [404, 'there is no order of this carrier for this SIM'],
  callReused: [409, 'this identifier was used for another call'],
  callExpired: [410, 'the call was not carried out within its validity period'],
  notNow: [409, 'this cannot be done to the certificate in its present state'],
  otherSim: [409, 'the certificate is in another SIM than that of this phone'],
  notYours: [403, 'this party may not ask for that'],
  stillStopped: [409, 'another has stopped the certificate too: it stays stopped until he lets it go on'],
  renewalNotDue: [409, 'renewal is possible from three months before the end'],
  commandChanged: [409, 'the carrier gave back another command than the one that the token was asked for'],
  receiptsMissing: [409, 'the SIM did not confirm what was loaded'],
  repeatedFailure: [502, 'the SIM could not be reached or did not do what it was told'],
})
