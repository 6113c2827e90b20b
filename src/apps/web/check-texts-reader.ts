// The checks of a login at a reader of the service, in plain words.

import type { CheckText } from './check-texts.ts'

export const READER_TEXTS: { readonly [check: string]: CheckText } = {
  'this login was signed at this reader by the key of the certificate': {
    ja: 'このログインに、このリーダーで、証明書の鍵で署名した',
    en: 'this login was signed at this reader with the key of the certificate',
    not: {
      ja: '署名が、このリーダーでのこのログインのものではありません。',
      en: 'The signature is not for this login at this reader.',
    },
  },
  'this login was answered at this reader by the key of the certificate': {
    ja: 'このログインに、このリーダーにかざした証明書の鍵が答えた',
    en: 'the key of the certificate that was held to this reader answered this login',
    not: {
      ja: '答えが、このリーダーでのこのログインのものではありません。',
      en: 'The answer is not one to this login at this reader.',
    },
  },
}
