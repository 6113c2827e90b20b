// What the service refuses.

import { refusals } from '../../base/refusal.ts'
import { CLERK_REFUSALS } from '../../protocol/clerks/clerks.ts'

export const no = refusals('service', {
  ...CLERK_REFUSALS,
  noTelephone: [404, 'nobody calls here'],
  neverLinked: [409, 'no such customer has ever logged in with My Number: nobody can be asked'],
  notAskedNow: [409, 'this customer cannot be asked now'],
  unknownCall: [404, 'there is no such call'],
  notApproved: [409, 'the customer has not approved this, or it was done or dropped already'],
  noMember: [404, 'nobody enrolled under this request'],
  wrongPassword: [403, 'the password is wrong, or was used before'],
  passwordsUsedUp: [423, 'wrong passwords too often: have the application put in anew'],
  noSession: [401, 'there is no such session, or it has ended'],
  notBegun: [409, 'this session has no login under way'],
  notLoggedIn: [401, 'nobody is logged in'],
  onlyCustomer: [403, 'only the customer does this, and nobody in the place of the customer'],
  notForOthers: [403, 'nobody acts for others here, or not for a customer that we know'],
  loginDeclined: [403, 'the login was not approved'],
  loginInvalid: [403, 'the answer of the login platform cannot be trusted'],
  platformAway: [503, 'the login platform does not answer just now: the same may be tried again'],
  wrongPasscode: [403, 'the passcode is not that of this customer number, or of this clerk'],
  tooManyPasscodes: [403, 'too many wrong passcodes: log in again'],
  loginClosed: [403, 'the certificate of this customer was revoked: login is closed until there is a new one'],
  hearsNothing: [404, 'nobody tells this service of its customers'],
  eventRefused: [400, 'this is no security event for this service'],
  noLogins: [404, 'nobody logs in here'],
  alreadyLinked: [409, 'this login or this customer is tied to another already'],
  notAccredited: [403, 'this service asks nobody anything in its own name'],
  unknownRequest: [404, 'there is no such request'],
  tiedToNobody: [404, 'this service shows nothing of others, nor tells them anything'],
  noTie: [404, 'this id means nobody: the customer has not agreed, or no more'],
  notCustomerHere: [404, 'whom this id means is no customer here'],
  notThatService: [401, 'this was not signed by the service that the customer has agreed to, for here and now'],
  otherAway: [503, 'the other service does not answer just now'],
  opensNoAccounts: [404, 'nobody opens an account here'],
})
