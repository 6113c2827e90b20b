// The person's own page, told to who signs for it; the older uses page by page, to who has opened it just now. Each use says whether it
// was by the certificate that asks, so that a person sees at once what somebody else's phone did.

import { ownReader } from '../consents/own-page.ts'
import type { Verifier } from '../contract.ts'
import { linksOf } from '../links/links.ts'
import { mandatesOf } from '../mandates/list.ts'
import { ACR, type Deps } from '../model.ts'
import type { OwnUseSeen } from './contract.ts'
import { NOTES_KEPT_MS, type OwnUse, PAGE, passFor, type Reader, readerWith } from './model.ts'

export const ownRecords =
  (deps: Deps): Verifier['ownRecords'] =>
  async (own) => {
    const { store, clock } = deps
    const reader = await ownReader(deps, own, 'show')
    const { personId } = reader
    const now = clock()
    const { mandates, uses: mandateUses } = await mandatesOf(deps, personId)
    return {
      consents: await store.own.standingOf(personId, now),
      ended: await store.own.endedOf(personId, now, new Date(now.getTime() - NOTES_KEPT_MS)),
      links: await linksOf(deps, personId),
      ...{ mandates, mandateUses },
      ...(await page(deps, reader, null, PAGE)),
      pass: await passFor(deps, reader),
    }
  }

export const ownUses =
  (deps: Deps): Verifier['ownUses'] =>
  async ({ pass, before, most = PAGE }) =>
    page(deps, await readerWith(deps, pass), before, most)

/** One more than is shown tells whether there is another page. */
async function page({ store }: Deps, reader: Reader, before: string | null, most: number) {
  const found = await store.own.usesOf(reader.personId, before, most + 1)
  const uses = found.slice(0, most)
  return { uses: uses.map((use) => seen(use, reader)), next: found.length > most ? uses.at(-1)!.noteId : null }
}

const seen = ({ noteId, serial, ...use }: OwnUse, reader: Reader): OwnUseSeen => ({
  ...use,
  device: serial === reader.serial ? 'asking' : (DEVICES[use.acr ?? ''] ?? null),
})

const DEVICES: Readonly<Record<string, OwnUseSeen['device']>> = {
  [ACR.phone]: 'phone',
  [ACR.biometric]: 'phone',
  [ACR.pinless]: 'phone',
  [ACR.card]: 'card',
}
