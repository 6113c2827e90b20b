// `kazasu/relying-party`: log people in, have them sign, ask for an age or for facts, hear of changes. docs/relying-party.md

export {
  type Asking,
  type Login,
  LoginRefused,
  type RelyingParty,
  type RelyingPartyOptions,
  relyingParty,
} from './relying-party/client.ts'
export type { KazasuEvent } from './relying-party/signals.ts'
