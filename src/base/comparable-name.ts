// A person's name as registers and carriers write it: width of letters and spaces between its parts differ from one to the next.

/** The same for two ways of writing one name. Ours: docs/profile.md#subscriber. */
export const comparableName = (name: string): string => name.normalize('NFKC').replace(/\s+/g, '')
