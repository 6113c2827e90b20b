// What the phone refuses.

import { refusals } from '../../base/refusal.ts'

export const no = refusals('phone', {
  simNotHere: [404, 'another SIM is in this phone'],
  noSuchApplication: [404, 'the SIM has no application of this AID'],
  busy: [503, 'the SIM is in use at the moment; try again'],
  channelClosed: [503, 'this channel to the SIM is closed; open another'],
  commandNotAllowed: [403, 'a channel stays on its application: no MANAGE CHANNEL, no SELECT of another'],
  accessDenied: [403, 'the rules in the SIM do not let this app do that'],
  unknownCaller: [403, 'no app of this phone, and no web page that a browser vouches for'],
  askedTooOften: [429, 'asked too often, or while the owner is still being asked'],
  callerPaused: [429, 'refused several times in a row: not heard for a while'],
  requestOver: [410, 'there is no such request any more'],
  pinIsAsked: [422, 'enter the PIN where it is asked for, and only there'],
  noPinThere: [422, 'this application has no PIN of the owner'],
  pinIsTheOwners: [403, 'the PIN is entered on the phone, by its owner'],
  noCard: [404, 'no My Number Card is held to the phone'],
  noSignCertificate: [409, 'the card has no 署名用 certificate'],
  wrongPassword: [403, 'the 署名用 password is wrong'],
  passwordBlocked: [423, 'the 署名用 password is blocked; the municipal counter resets it'],
  wrongPin: [403, 'the PIN is wrong'],
  pinBlocked: [423, 'the PIN is blocked; apply again with the card'],
  suspended: [423, 'the certificate in this phone is suspended by its issuer'],
  nothingInstalled: [409, 'there is no certificate in this phone'],
  noOrder: [409, 'nothing has been applied for'],
  orderUnderWay: [409, 'an application is under way or in use; remove it first'],
  pinNotDue: [409, 'the PIN is set once, after installation; change it with the old one'],
  pinIsTransport: [422, 'choose another PIN than the one shown'],
})
