// What the verifier refuses. Failed checks of a signature are no refusals but verdicts.

import { refusals } from '../../base/refusal.ts'

export const no = refusals('verifier', {
  unknownLogin: [404, 'no such login'],
  loginExpired: [410, 'this login has expired: start again at the service'],
  loginAnswered: [409, 'this login has been answered already'],
  otherMeans: [409, 'the service asks for a login by other means: by the card, or by the phone'],
  clientKey: [
    400,
    'the key of a client is a public P-256 key (ES256) or RSA key (RS256) as a JWK, without private members',
  ],
  signerCertificate: [
    400,
    'this certificate cannot be signed with here: it must be readable, with an RSA, P-256 or P-384 key',
  ],
  documentUnsignable: [400, 'this document cannot be signed in this format'],
  draft: [400, 'this is no draft of a signature, or what was signed is not at hand'],
  signatureWrong: [400, 'the signature is not by the key of the certificate over what was to be signed'],
  signatureNotGood: [409, 'the signature does not hold now, so it is not finished'],
  documentTooLarge: [413, 'documents of up to 8 MiB are taken'],
  unknownClient: [404, 'no service of this name is registered'],
  unknownRequest: [404, 'nothing waits to be signed under this name'],
  requestOver: [409, 'it was signed or declined already, or its time is over'],
  signingTime: [400, 'the clock of the signer is more than five minutes wrong'],
  unknownReport: [404, 'there is no such report, or it is not kept any more'],
  timeStampRequest: [400, 'this request for a time stamp is refused'],
  timeStampUnusable: [502, 'the time-stamping authority gave no stamp that can be used'],
  clientAddresses: [400, 'addresses that a client names are https (http on this machine only)'],
  redirectUris: [
    400,
    'redirect URIs are https (http on this machine only), without fragment, all on one host or of one sector',
  ],
})
