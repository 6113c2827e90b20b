// Whether an error of an HTTP library says that the other side did not answer, or only that it cannot just now: then the same
// may be asked again. What it answered otherwise is an answer. RFC 9110 §15.6; undici (the `fetch` of Node).

/** Anywhere among the causes. A `TypeError` of `fetch` names what became of the connection as its cause. */
export function unanswered(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at.name === 'TimeoutError' || at.name === 'AbortError') return true
    if (at instanceof TypeError && at.message === 'fetch failed') return true
    // A body of OAuth, as openid-client reads it: RFC 9110 §15.6.4 in place of an answer.
    if ((at as { status?: unknown }).status === 503 && 'response' in at) return true
    // A response of `fetch`, which is no `Response` where a server library has put its own in that place.
    const { status } = (at.cause ?? {}) as { status?: unknown }
    if (typeof status === 'number' && !(at.cause instanceof Error)) return status >= 500 || status === 429
  }
  return false
}
