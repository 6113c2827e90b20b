// What the service refuses.

import { refusals } from '../../base/refusal.ts'

export const no = refusals('service', {
  noMember: [404, 'nobody enrolled under this request'],
  wrongPassword: [403, 'the password is wrong, or was used before'],
  noSession: [401, 'there is no such session, or it has ended'],
  notBegun: [409, 'this session has no login under way'],
  notLoggedIn: [401, 'nobody is logged in'],
  loginDeclined: [403, 'the login was not approved'],
  loginInvalid: [403, 'the answer of the login platform cannot be trusted'],
  wrongPasscode: [403, 'customer number or passcode is wrong'],
  tooManyPasscodes: [403, 'too many wrong passcodes: log in again'],
  noLogins: [404, 'nobody logs in here'],
  alreadyLinked: [409, 'this login or this customer is tied to another already'],
  notAccredited: [403, 'this service asks J-LIS nothing'],
  unknownRequest: [404, 'there is no such request'],
  requestOver: [409, 'this request was answered already, or its time is over'],
  opensNoAccounts: [404, 'nobody opens an account here'],
  signatureNotPassed: [422, 'the signature of the consent was not accepted'],
  otherConsent: [422, 'what was signed is not the consent that was asked for'],
  otherPerson: [403, 'the consent was signed by somebody else than the customer'],
  noConsent: [409, 'this customer has not consented'],
  consentNotYet: [409, 'the consent begins at the start of the next day'],
  consentEnded: [409, 'the consent was withdrawn or has ended'],
})
