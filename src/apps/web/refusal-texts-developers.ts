// What a refusal of the developers' pages means, for who builds a service on the platform.

import type { Words } from './language.ts'

export const DEVELOPER_REFUSALS: { readonly [code: string]: Words } = {
  'verifier/developerLogin': {
    ja: 'ログインは、ことわられたか、途中で別のものに替わりました。もう一度ログインしてください。',
    en: 'The login was declined, or was mixed up with another one. Please log in once more.',
  },
  'verifier/noPortal': {
    ja: 'この認証基盤では、運営者だけがサービスを登録します。',
    en: 'On this platform services are registered by its operator only.',
  },
  'verifier/developerSession': {
    ja: 'ログインしていないか、時間が過ぎました。もう一度ログインしてください。',
    en: 'You are not logged in, or your time is over. Please log in.',
  },
  'verifier/noTenant': {
    ja: 'まだ、どの団体の管理者にもなっていません。団体を作るか、招待のコードを使ってください。',
    en: 'You administer no organisation yet. Open one, or use an invitation code.',
  },
  'verifier/tenantAlready': {
    ja: 'すでに、ある団体の管理者です。1人が管理できるのは1つだけです。',
    en: 'You administer an organisation already, and each person administers one only.',
  },
  'verifier/invitation': {
    ja: 'この招待のコードは、まちがっているか、使われたか、1日を過ぎています。新しいコードをもらってください。',
    en: 'This invitation code is mistyped, used, or more than a day old. Ask for a new one.',
  },
  'verifier/notOwnService': {
    ja: 'このサービスは、ないか、閉じられました。',
    en: 'There is no such service, or it was closed.',
  },
  'verifier/serviceClosed': {
    ja: 'このサービスは閉じられました。同じIDではもう登録できません。',
    en: 'This service was closed for good. Its id cannot be registered again.',
  },
  'verifier/redirectUris': {
    ja: '戻り先のアドレスは、httpsで（このパソコンの中だけはhttpでも）、# を付けず、すべて同じホストにしてください。',
    en: 'Redirect URIs are https (http on this machine only), without #, and all on one host.',
  },
  'verifier/clientKey': {
    ja: '鍵は、公開鍵の部分だけのJWKにしてください。P-256か、2048〜4096ビットのRSAが使えます。',
    en: 'The key is a JWK of its public half alone: P-256, or RSA of 2,048 to 4,096 bits.',
  },
  'verifier/clientAddresses': {
    ja: 'サービスのアドレスは、https（このパソコンの中だけはhttpでも）で始めてください。',
    en: 'Addresses of a service begin with https (http on this machine only).',
  },
  'verifier/servicesAtMost': {
    ja: '1つの団体が登録できるサービスは50までです。使わないものを閉じてください。',
    en: 'An organisation has at most fifty services. Close one that is not in use.',
  },
  'verifier/notRegisteredFor': {
    ja: 'このサービスは、これを頼むための登録をしていません。登録の内容を変えてください。',
    en: 'The service is not registered to ask for this. Change its registration.',
  },
  'verifier/tooManyRequests': {
    ja: 'この1分間のリクエストが多すぎます。少し待って、もう一度送ってください。',
    en: 'Too many requests in this minute. Wait until the next one.',
  },
  'verifier/tenantInUse': {
    ja: 'この団体には、まだ開いているサービスがあります。先にサービスを閉じてください。',
    en: 'This organisation has a service that is still open. Close it first.',
  },
  'verifier/tenantHeld': {
    ja: 'この団体の記録は、裁判や監査のために残しています。残すのをやめるまで消せません。',
    en: 'The records of this tenant are held for a court or an auditor. Nothing is deleted until the hold is lifted.',
  },
  'verifier/nothingKept': {
    ja: 'この団体について、保存されているものはありません。',
    en: 'Nothing is kept for such an organisation.',
  },
  'verifier/notProposed': {
    ja: 'この提案は、ないか、取り下げられました。',
    en: 'Nobody has proposed this, or it was taken back.',
  },
  'verifier/secondClerk': {
    ja: '提案した人とは別の、承認の受け持ちの人が承認します。',
    en: 'Another clerk than who proposed it releases it, one whose part that is.',
  },
  'verifier/lastAdministrator': {
    ja: '管理の受け持ちの人が、一人は残らなければなりません。先に別の人に管理を任せてください。',
    en: 'One administrator must stay. First make somebody else one.',
  },
  'verifier/unknownClerk': { ja: 'この職員番号の人はいません。', en: 'There is no clerk of this id.' },
  'verifier/passcodeNeeded': {
    ja: '新しい職員には、合言葉が要ります。',
    en: 'A new clerk needs a passcode.',
  },
  'verifier/erased': {
    ja: 'このサービスの記録は、契約が終わったため消去されました。',
    en: 'What was kept for this service was erased when its contract ended.',
  },
  'verifier/sameKey': {
    ja: '今と同じ鍵です。新しい鍵を作ってください。',
    en: 'This is the key that the service has already. Make a new one.',
  },
}
