// Looks every second whether the page has changed, and changes only what has: a reload would make a screen reader
// begin anew. Without scripts the page refreshes itself instead.

const EVERY_MS = 1000

async function look() {
  const answer = await fetch(location.href, { redirect: 'manual', cache: 'no-store' })
  if (answer.type === 'opaqueredirect') return location.reload()
  if (!answer.ok) return
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  const main = page.querySelector('main')
  if (!main?.dataset.waiting) return location.reload()
  for (const fresh of main.querySelectorAll('[data-live]')) {
    const shown = document.getElementById(fresh.id)
    if (shown && shown.innerHTML !== fresh.innerHTML) shown.replaceChildren(...fresh.childNodes)
  }
}

function again() {
  setTimeout(
    () =>
      look()
        .catch(() => undefined)
        .then(again),
    EVERY_MS,
  )
}

again()
