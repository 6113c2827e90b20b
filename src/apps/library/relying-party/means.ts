// The values of `acr` that the platform knows, by the words of this library. docs/profile.md#acr

/** By what the person proved who they are. */
export const MEANS = {
  phone: 'urn:kazasu:acr:phone-pin',
  card: 'urn:kazasu:acr:card-pin',
  /** The phone, with a finger or a face in place of the PIN. */
  biometric: 'urn:kazasu:acr:phone-biometric',
} as const
export type Means = keyof typeof MEANS
