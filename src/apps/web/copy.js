// Copies what stands on the page into the clipboard (W3C Clipboard API); without scripts there is no button.

for (const button of document.querySelectorAll('button[data-copy]')) {
  if (!navigator.clipboard) break
  button.hidden = false
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent)
    button.firstElementChild.textContent = button.dataset.done
  })
}
