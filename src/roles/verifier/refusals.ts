// What the verifier refuses. Failed checks of a signature are no refusals but verdicts.

import { refusals } from '../../base/refusal.ts'

export const no = refusals('verifier', {
  unknownLogin: [404, 'no such login'],
  loginExpired: [410, 'this login has expired: start again at the service'],
  loginAnswered: [409, 'this login has been answered already'],
  clientKey: [
    400,
    'the key of a client is a public P-256 key (ES256) or RSA key (RS256) as a JWK, without private members',
  ],
  redirectUris: [400, 'redirect URIs are https (http on this machine only), without fragment, all on one host'],
})
