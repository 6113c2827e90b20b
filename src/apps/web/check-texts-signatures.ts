// Checks of signatures in plain words: protocol/ades. The names are those of its constraints.

import type { CheckText } from './check-texts.ts'
import type { Words } from './language.ts'

const FORM: Words = {
  ja: '署名の形式が正しくないので、確かめられません。',
  en: 'The signature is not in a form that can be checked.',
}
const ABSENT: Words = {
  ja: '署名された元の文書がないので、確かめられません。',
  en: 'What was signed was not given, so nothing can be checked.',
}
const UNKNOWN: Words = { ja: '誰の署名か確かめられません。', en: 'It cannot be told whose signature this is.' }
const CHANGED: Words = {
  ja: '署名の後に文書が変更されたか、署名が偽物です。',
  en: 'The document was changed after it was signed, or the signature is forged.',
}
const WEAK: Words = {
  ja: '署名の方式が古く、安全と言えません。',
  en: 'The signature is of an old kind that is not safe any more.',
}
const TIME: Words = { ja: '署名の時刻を確かめられません。', en: 'The time of the signature cannot be proven.' }
const REVOKED: Words = {
  ja: '署名の時点で証明書が有効だったと確かめられません。',
  en: 'It is not certain that the certificate was in force when it signed.',
}
const PARTIAL: Words = { ja: '文書の一部しか署名されていません。', en: 'Only a part of the document is signed.' }

export const SIGNATURE_TEXTS: { readonly [check: string]: CheckText } = {
  'the signature is well-formed SignedData': {
    ja: '署名の形式が正しい',
    en: 'the signature is well-formed',
    not: FORM,
  },
  'every attribute stands once and where it must': {
    ja: '署名の属性が決まりどおりにある',
    en: 'the attributes of the signature are where they must be',
    not: FORM,
  },
  'what was signed is at hand': { ja: '署名された文書が手元にある', en: 'what was signed is at hand', not: ABSENT },
  'the algorithms that are named agree': {
    ja: '署名の方式の表記が食い違わない',
    en: 'the algorithms that are named agree',
    not: FORM,
  },
  'the certificate of the signer is there': {
    ja: '署名した人の証明書がある',
    en: 'the certificate of the signer is there',
    not: UNKNOWN,
  },
  'the signature is by this certificate': {
    ja: 'この証明書の鍵で署名された',
    en: 'the signature is by the key of this certificate',
    not: CHANGED,
  },
  'the algorithm of the signature is strong enough': {
    ja: '署名の方式が十分に強い',
    en: 'the algorithm of the signature is strong enough',
    not: WEAK,
  },
  'every digest is strong enough': { ja: 'ハッシュの方式が十分に強い', en: 'every digest is strong enough', not: WEAK },
  'the signature is of a form that is read': {
    ja: 'この検証で扱える形の署名である',
    en: 'the signature is of a form that can be checked here',
    not: FORM,
  },
  'the signature is over what was given beside it': {
    ja: '渡された文書への署名である',
    en: 'the signature is over the document that was given',
    not: {
      ja: '渡された文書への署名ではありません。',
      en: 'The signature is not over the document that was given.',
    },
  },
  'the authority that the stamp names is its signer': {
    ja: 'タイムスタンプが名乗る局が署名している',
    en: 'the authority that the time stamp names signed it',
    not: TIME,
  },
  'no time stamp is forged or of something else': {
    ja: 'タイムスタンプが偽造や別物ではない',
    en: 'no time stamp is forged or of something else',
    not: TIME,
  },
  'the time stamps follow each other': {
    ja: 'タイムスタンプの順序が正しい',
    en: 'the time stamps follow each other',
    not: TIME,
  },
  'the claimed time of signing is not after the proven one': {
    ja: '署名者の言う時刻が証明された時刻より後ではない',
    en: 'the claimed time of signing is not after the proven one',
    not: TIME,
  },
  'the time stamp is of what it must be of': {
    ja: 'タイムスタンプがこの署名のものである',
    en: 'the time stamp is of this signature',
    not: TIME,
  },
  'the time stamp is well-formed': {
    ja: 'タイムスタンプの形式が正しい',
    en: 'the time stamp is well-formed',
    not: TIME,
  },
  'no certificate was revoked when the signature existed': {
    ja: '署名の時点で証明書が失効していない',
    en: 'no certificate was revoked when the signature existed',
    not: REVOKED,
  },
  'who vouches for the revocation status was valid then': {
    ja: '失効情報を出した認証局が、その時点で有効だった',
    en: 'who vouches for the revocation status was valid then',
    not: REVOKED,
  },
  'the signature is well-formed XML': {
    ja: 'XML署名の形式が正しい',
    en: 'the XML signature is well-formed',
    not: FORM,
  },
  'every digest is that of what is referred to': {
    ja: '署名された部分が変更されていない',
    en: 'nothing that was signed was changed',
    not: CHANGED,
  },
  'the signed properties are those of this signature': {
    ja: '署名の属性がこの署名のものである',
    en: 'the signed properties are those of this signature',
    not: FORM,
  },
  'the signature is over what is asked for, where it stands': {
    ja: '求められた部分が、その場所で署名されている',
    en: 'what is asked for is signed where it stands',
    not: PARTIAL,
  },
  'signed properties name this certificate': {
    ja: '署名の属性がこの証明書を指す',
    en: 'signed properties name this certificate',
    not: UNKNOWN,
  },
  'the PDF and its signatures are well-formed': {
    ja: 'PDFと署名の形式が正しい',
    en: 'the PDF and its signatures are well-formed',
    not: FORM,
  },
  'the signature is of a kind that is read': {
    ja: '対応している種類の署名である',
    en: 'the signature is of a kind that is read',
    not: FORM,
  },
  'the counter-signature is over the value of the signature': {
    ja: '副署が、もとの署名に対するものである',
    en: 'the counter-signature is of this signature',
    not: { ja: '副署が、もとの署名に対するものではありません。', en: 'The counter-signature is of something else.' },
  },
  'nothing that is seen was changed after the signature': {
    ja: '署名の後に、見える部分が変更されていない',
    en: 'nothing that is seen was changed after the signature',
    not: CHANGED,
  },
}
