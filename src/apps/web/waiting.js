// Looks every second whether the page has changed, and changes only what has: a reload would make a screen reader
// begin anew. Without scripts the page refreshes itself instead.

const EVERY_MS = 1000

/** What has the focus keeps it, what was unfolded stays so, and nothing is read out again that is as it was. */
function renew(shown, fresh) {
  if (shown.nodeName !== fresh.nodeName || shown.childNodes.length !== fresh.childNodes.length) {
    shown.replaceWith(fresh)
    return
  }
  if (shown.nodeType === Node.TEXT_NODE && shown.data !== fresh.data) shown.data = fresh.data
  for (const { name, value } of fresh.attributes ?? [])
    if (shown.getAttribute(name) !== value) shown.setAttribute(name, value)
  for (const { name } of [...(shown.attributes ?? [])])
    if (name !== 'open' && !fresh.hasAttribute(name)) shown.removeAttribute(name)
  const next = [...fresh.childNodes]
  for (const [place, child] of [...shown.childNodes].entries()) renew(child, next[place])
}

/** Whether there is still something to wait for. Once the page moves on it must not be asked to again: the answer to
 * a login is given out one time only. */
async function look() {
  const answer = await fetch(location.href, { redirect: 'manual', cache: 'no-store' })
  if (answer.type === 'opaqueredirect') return false
  if (!answer.ok) return true
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  const main = page.querySelector('main')
  if (!main?.dataset.waiting) return false
  for (const fresh of main.querySelectorAll('[data-live]')) {
    const shown = document.getElementById(fresh.id)
    if (shown) renew(shown, fresh)
  }
  return true
}

/** A reload would take away what comes of a button or a link; of one that leads to a file or another tab, nothing comes here. */
const LEAVING_MS = 30_000
let leavingUntil = 0
const leave = () => {
  leavingUntil = Date.now() + LEAVING_MS
}
addEventListener('submit', leave)
addEventListener('click', ({ target }) => {
  if (target.closest?.('a[href]:not([href^="#"], [download], [target])')) leave()
})
addEventListener('pageshow', () => {
  leavingUntil = 0
})
const isLeaving = () => Date.now() < leavingUntil

async function wait() {
  const waiting = isLeaving() || (await look().catch(() => true))
  if (waiting || isLeaving()) setTimeout(wait, EVERY_MS)
  else location.reload()
}

setTimeout(wait, EVERY_MS)
