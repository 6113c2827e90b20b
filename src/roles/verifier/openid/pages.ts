// The pages of the provider itself: for a browser that cannot be sent back to any service (an unknown client, a lost cookie,
// an old link), and around logging out. In Japanese and English, without scripts or anything from elsewhere.

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')

export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
} as const

const page = (title: string, main: string): string => `<!doctype html>
<html lang="ja">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
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
<p><code>${escaped(code)}</code></p>`,
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
