// Whether who acts for a customer may do this now. Ours: docs/profile.md#delegates-at-the-bank.

import { type Deps, OpenIdAway } from '../model.ts'
import { no } from '../refusals.ts'
import type { BALANCE, LINK } from './model.ts'

/** Asked each time: the answer counts for now, and both see that it was asked. */
export async function mayAct(
  { decisions }: Pick<Deps, 'decisions'>,
  { act }: typeof BALANCE | typeof LINK,
  of: { readonly delegate: string; readonly subject: string },
): Promise<boolean> {
  try {
    return (await decisions?.may({ ...of, act })) === true
  } catch (error) {
    throw error instanceof OpenIdAway ? no.platformAway({}, error) : error
  }
}
