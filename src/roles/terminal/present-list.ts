// The list that is loaded, checked again whenever it comes from the store: who can write there cannot add a ticket.

import { equal } from '../../base/bytes.ts'
import { Refusal } from '../../base/refusal.ts'
import type { LoadedList } from './model.ts'
import { openList, type SignedList } from './signed-list.ts'
import type { TerminalStore } from './store.ts'

export type PresentList = () => Promise<LoadedList | undefined>

/** Undefined when none is loaded, or when what is stored is not signed by the present key. */
export function presentList(store: TerminalStore): PresentList {
  let opened: { signed: SignedList; listKey: Uint8Array; list: LoadedList | undefined } | undefined
  return async () => {
    const signed = await store.list()
    const listKey = (await store.preparation())?.list_key
    if (!signed || !listKey) return undefined
    if (
      !opened ||
      !equal(opened.signed.signature, signed.signature) ||
      !equal(opened.listKey, listKey) ||
      !equal(opened.signed.list, signed.list)
    )
      opened = { signed, listKey, list: openedOrNone(signed, listKey) }
    return opened.list
  }
}

function openedOrNone(signed: SignedList, listKey: Uint8Array): LoadedList | undefined {
  try {
    return openList(signed, listKey)
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}
