// The values of `acr` that the platform knows, by the words of this library. docs/profile.md#acr

/** By what the person proved who they are. */
export const MEANS = {
  phone: 'urn:kazasu:acr:phone-pin',
  card: 'urn:kazasu:acr:card-pin',
  /** The phone, with a finger or a face in place of the PIN. */
  biometric: 'urn:kazasu:acr:phone-biometric',
  /** The phone, held to a reader of the service, without a PIN: possession alone. */
  pinless: 'urn:kazasu:acr:pinless',
} as const
export type Means = keyof typeof MEANS

/** One, or any of several. */
export type AnyOf = Means | readonly Means[]

export const listed = (by: AnyOf): readonly Means[] => [by].flat()

export const acrValues = (by: AnyOf): string =>
  listed(by)
    .map((one) => MEANS[one])
    .join(' ')
