// The names of checks in plain words. The names themselves are those of the verdicts.

import type { Words } from './language.ts'

export const CHECK_TEXTS: { readonly [check: string]: Words } = {
  'no certificate is revoked': { ja: '証明書が失効していない', en: 'the certificate is not revoked' },
  'certificate is well-formed': { ja: '証明書の形が正しい', en: 'the certificate is well-formed' },
}
