// By what a person proved who they are, as ID tokens say it. Ours: docs/profile.md#acr.

export const ACR = {
  phone: 'urn:kazasu:acr:phone-pin',
  card: 'urn:kazasu:acr:card-pin',
  /** The phone, with a finger or a face in place of the PIN. */
  biometric: 'urn:kazasu:acr:phone-biometric',
  /** The phone, held to a reader of the service, without a PIN: possession alone. */
  pinless: 'urn:kazasu:acr:pinless',
} as const
