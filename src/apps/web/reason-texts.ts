// Why a request of a service failed, in words for its developer: the name of a check, the code of a refusal, or an error of OAuth
// with the provider's own detail. What has no words of ours is shown as it is.

import { checkText } from './check-texts.ts'
import type { Words } from './language.ts'
import { GENERAL, refusalText } from './refusal-texts.ts'

/** The first that fits. RFC 6749 §5.2; OpenID Connect Core 1.0 §3.1.2.6. */
const OAUTH: readonly (readonly [fits: RegExp, words: Words])[] = [
  [
    /^invalid_client: .*signature/,
    {
      ja: '登録された公開鍵では、この署名を確かめられません。別の秘密鍵で署名していないか、鍵を替えたあと登録を忘れていないか、確かめてください。',
      en: 'The assertion was not signed by the registered key. Is it another private key, or one that was changed here and not there?',
    },
  ],
  [
    /^invalid_client: .*(aud|audience)/,
    {
      ja: 'client assertion の aud が、この認証基盤の issuer ではありません。',
      en: 'The aud of the client assertion is not the issuer of this platform.',
    },
  ],
  [
    /^invalid_client: .*(exp|iat|nbf|expired)/,
    {
      ja: 'client assertion の時刻が合いません。サーバーの時計を確かめてください。',
      en: 'The times of the client assertion do not fit. Is the clock of your server right?',
    },
  ],
  [
    /^invalid_client: .*(jti|used already|replay)/,
    { ja: '同じ client assertion が、2度使われました。', en: 'The same client assertion was used twice.' },
  ],
  [
    /^invalid_client/,
    {
      ja: 'クライアントの認証に失敗しました。client_id と、private_key_jwt の中身を確かめてください。',
      en: 'The client could not be authenticated. Look at client_id and at what private_key_jwt holds.',
    },
  ],
  [
    /^invalid_grant: .*(consumed|used already)/,
    {
      ja: '認可コードが2度使われました。ページの再読み込みで、もう一度交換していないか、確かめてください。',
      en: 'The code was used twice. Does a reload of your callback page exchange it again?',
    },
  ],
  [
    /^invalid_grant: .*expired/,
    {
      ja: '認可コードの30秒が過ぎました。受け取ったらすぐに交換してください。',
      en: 'The code lives for thirty seconds: exchange it as soon as it comes.',
    },
  ],
  [
    /^invalid_grant: .*(PKCE|code_verifier)/,
    {
      ja: 'code_verifier が、はじめに送った code_challenge と合いません。',
      en: 'The code_verifier does not belong to the code_challenge of the request.',
    },
  ],
  [/^invalid_grant/, { ja: '認可コードが正しくありません。', en: 'The code is not good.' }],
  [
    /redirect_uri/,
    {
      ja: 'redirect_uri が、登録したものと1文字でも違います。',
      en: 'The redirect_uri differs from those that are registered, if only by a letter.',
    },
  ],
  [
    /code_challenge|PKCE/,
    {
      ja: 'PKCE（code_challenge、S256）が付いていません。',
      en: 'PKCE is missing: send a code_challenge with S256.',
    },
  ],
  [/^invalid_scope/, { ja: 'この scope は使えません。', en: 'This scope is not offered to your service.' }],
  [
    /^invalid_dpop_proof|^use_dpop_nonce/,
    {
      ja: 'DPoP の証明が正しくないか、nonce が要ります。',
      en: 'The DPoP proof is not good, or lacks the nonce that was told.',
    },
  ],
  [
    /^unmet_authentication_requirements/,
    {
      ja: '求められた方法（acr_values）では、ログインされませんでした。',
      en: 'Nobody logged in by the means that acr_values demands.',
    },
  ],
  [
    /^login_required/,
    {
      ja: 'ログインは毎回、本人の操作が要ります（prompt=none は使えません）。または、別の人がログインしました。',
      en: 'Each login needs the person (prompt=none cannot succeed), or another person has logged in.',
    },
  ],
  [
    /Pushed Authorization Request/i,
    {
      ja: 'FAPI 2.0 のサービスは、先にリクエストを送る必要があります（PAR）。',
      en: 'A service of the FAPI 2.0 profile pushes its request first (PAR).',
    },
  ],
  [/^HTTP \d+/, { ja: '受け取り側が、受け取りを断りました。', en: 'The receiver did not accept it.' }],
  [
    /^(ECONNREFUSED|ENOTFOUND|ECONNRESET|EAI_AGAIN)$/,
    { ja: 'その宛先につながりません。', en: 'Nothing answers at that address.' },
  ],
  [/^(TimeoutError|AbortError)$/, { ja: '10秒以内に返事がありません。', en: 'No answer within ten seconds.' }],
]

/** Undefined: there are no words, only the reason itself. */
export function reasonText(reason: string): Words | undefined {
  const check = checkText(reason)
  if (check) return check.not
  const refusal = /^[a-z0-9-]+\/\w+$/.test(reason) ? refusalText(reason) : GENERAL
  return refusal === GENERAL ? OAUTH.find(([fits]) => fits.test(reason))?.[1] : refusal
}
