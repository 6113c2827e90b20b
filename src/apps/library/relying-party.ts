// `kazasu/relying-party`: log people in, have them sign, ask for an age or for facts, hear of changes. docs/relying-party.md

export type { Actor, MandateClaim } from './relying-party/acting.ts'
export type { Claim, Told, Wanted } from './relying-party/claims.ts'
export {
  type Asking,
  type Login,
  LoginRefused,
  PlatformAway,
  type RelyingParty,
  type RelyingPartyOptions,
  relyingParty,
} from './relying-party/client.ts'
export type { Means } from './relying-party/means.ts'
export type { KazasuEvent } from './relying-party/signals.ts'
export { challenge, type Demand, demanded } from './relying-party/step-up.ts'
