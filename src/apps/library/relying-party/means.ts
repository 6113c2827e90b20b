// The values of `acr` that the platform knows, by the words of this library. docs/profile.md#acr

import { ACR } from '../../../protocol/login/acr.ts'

/** By what the person proved who they are. */
export const MEANS = ACR
export type Means = keyof typeof MEANS

/** One, or any of several. */
export type AnyOf = Means | readonly Means[]

export const listed = (by: AnyOf): readonly Means[] => [by].flat()

export const acrValues = (by: AnyOf): string =>
  listed(by)
    .map((one) => MEANS[one])
    .join(' ')
