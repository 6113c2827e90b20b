// What the certification authorities refuse. No key, no fact of a resident is part of a refusal.

import { refusals } from '../../base/refusal.ts'

export const no = refusals('authority', {
  unknownResident: [404, 'the resident register does not know this resident'],
  notResident: [409, 'the resident has died or left the country'],
  tooYoung: [409, 'no signature certificate is issued to a child under 15'],
  keyNotAllowed: [
    422,
    'the key is not of the kind that this authority certifies: RSA of 2048 bits with exponent 65537, or P-384',
  ],
  keyCertified: [409, 'this key has a certificate already'],
  certificateExists: [409, 'there is a valid certificate of this kind already: revoke it first'],
  phoneExists: [409, 'another phone has a valid certificate linked to this card: revoke it first'],
  cardNotValid: [409, 'the certificate of the card is not valid'],
  proofWrong: [422, 'the proof of possession does not fit request and key'],
  keyDelivered: [409, 'the key of this request was delivered and erased'],
  unknownRequest: [404, 'no key was delivered for this request'],
  requestReused: [409, 'this request key was used for another request'],
  revokedBeforeIssue: [409, 'the request was revoked before its certificate was signed'],
  registerBusy: [503, 'the register changed meanwhile: ask again'],
  certificateExpired: [409, 'the certificate has ended by itself'],
  unknownCertificate: [404, 'no certificate has this serial number'],
  notYoursToRevoke: [403, 'this party may not have that certificate stopped for this reason'],
  notYoursToResume: [403, 'this stop is not released, or not by this party'],
  notOnHold: [409, 'the certificate is not on hold'],
  notYoursToAsk: [403, 'this party may not ask for that link'],
  unknownTerminal: [404, 'no terminal was certified under this key identifier'],
  terminalRevoked: [409, 'this terminal is revoked: it needs another key'],
  terminalListFull: [409, 'cards keep no longer list: a new generation of the terminals’ CA is needed'],
  unknownAuthority: [404, 'there is an authority `auth` and an authority `sign`'],
  unknownGeneration: [404, 'the authority has no living generation of this number'],
  generationOutOfTurn: [409, 'generations follow each other: the next is one more than the current'],
  notInLog: [404, 'the log of signatures has no such entry'],
  noSuchHead: [404, 'no head of the log of signatures has this size'],
  unknownPartition: [404, 'no certificate was issued for this municipality'],
})
