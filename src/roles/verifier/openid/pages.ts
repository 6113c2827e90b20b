// The pages of the provider itself: for a browser that cannot be sent back to any service (an unknown client, a lost cookie,
// an old link), and around logging out. In Japanese and English, without scripts or anything from elsewhere.

import { base64, utf8 } from '../../../base/bytes.ts'
import { sha256 } from '../../../base/crypto.ts'

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')

/** As large and as calm as the other screens; the pages have nothing from elsewhere, so it stands in them. */
const STYLE = `
html { color: #1a1a1a; background: #fff; font: 112.5%/1.7 "Noto Sans JP", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic", sans-serif }
main { max-width: 40rem; margin: 0 auto; padding: 1.5rem 1rem }
h1, h2 { line-height: 1.4; font-size: 1.5rem }
h1:lang(ja) { word-break: auto-phrase }
h2 { margin-top: 2.5rem; font-size: 1.25rem }
code { color: #4d4d4d }
button { width: 100%; max-width: 26rem; min-height: 3.25rem; padding: 0.5rem 1rem; border: 2px solid #0017c1; border-radius: 0.5rem; background: #fff; color: #0017c1; font: inherit; font-weight: 700 }
:focus-visible { outline: 0.25rem solid #000; outline-offset: 0.125rem }
`

/** Takes this style, by its hash, and no other. */
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${base64(sha256(utf8(STYLE)))}'; frame-ancestors 'none'`

export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': PAGE_POLICY,
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
} as const

const page = (title: string, main: string): string => `<!doctype html>
<html lang="ja">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${main}
</main>
</body>
</html>
`

/** `code` is an error code of OAuth; nothing that the browser sent is repeated. */
export const errorPage = (code: string): string =>
  page(
    'ログインできませんでした / Login failed',
    `<h1>ログインできませんでした</h1>
<p>このページを閉じて、利用するサービスの画面からもう一度ログインしてください。</p>
<h2 lang="en">You could not be logged in</h2>
<p lang="en">Close this page and log in again from the service that you want to use.</p>
<p>お問い合わせ用の番号 / <span lang="en">Reference</span>: <code>${escaped(code)}</code></p>`,
  )

/** `form` is the provider's own, with what keeps other sites from sending it. */
export const logoutPage = (form: string): string =>
  page(
    'ログアウト / Log out',
    `<h1>このブラウザでログインしたすべてのサービスからログアウトしますか</h1>
<p lang="en">Log out of every service that you logged in to with this browser?</p>
${form}
<p><button type="submit" form="op.logoutForm" name="logout" value="yes">すべてログアウトする / Log out of all</button></p>
<p><button type="submit" form="op.logoutForm">このサービスだけ / Of this service only</button></p>`,
  )

export const loggedOutPage = (): string =>
  page(
    'ログアウトしました / Logged out',
    `<h1>ログアウトしました</h1>
<p>このページを閉じてください。</p>
<h2 lang="en">You are logged out</h2>
<p lang="en">You can close this page.</p>`,
  )
