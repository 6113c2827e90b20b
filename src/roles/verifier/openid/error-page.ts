// The page for a browser that cannot be sent back to any service: an unknown client, a lost cookie, an old link.
// In Japanese and English, without scripts, styles or anything from elsewhere.

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')

export const ERROR_PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const

/** `code` is an error code of OAuth; nothing that the browser sent is repeated. */
export const errorPage = (code: string): string => `<!doctype html>
<html lang="ja">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>ログインできませんでした / Login failed</title>
</head>
<body>
<main>
<h1>ログインできませんでした</h1>
<p>このページを閉じて、利用するサービスの画面からもう一度ログインしてください。</p>
<h2 lang="en">You could not be logged in</h2>
<p lang="en">Close this page and log in again from the service that you want to use.</p>
<p><code>${escaped(code)}</code></p>
</main>
</body>
</html>
`
