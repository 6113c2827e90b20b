// The names of checks in plain words, and what it means for a person when one fails. The names are those of the verdicts.

import { READER_TEXTS } from './check-texts-reader.ts'
import { SIGNATURE_TEXTS } from './check-texts-signatures.ts'
import type { Words } from './language.ts'

export interface CheckText extends Words {
  /** As a reason why not. */
  readonly not: Words
}

const BROKEN: Words = {
  ja: '証明書の中身に、決まりと合わないところがあります。',
  en: 'Something in the certificate is not as the rules want it.',
}
const FORGED: Words = {
  ja: '証明書が、認証局の出したものと確かめられません。',
  en: 'The certificate cannot be traced to the authority.',
}

const STAMP: Words = {
  ja: 'タイムスタンプを確かめられません。',
  en: 'The time stamp does not hold.',
}

export const CHECK_TEXTS: { readonly [check: string]: CheckText } = {
  ...READER_TEXTS,
  ...SIGNATURE_TEXTS,
  'card accepts the terminal': {
    ja: 'スマホが、この端末を正規のものと認めた',
    en: 'the phone accepts this terminal',
    not: {
      ja: 'スマホから証明書を読めませんでした。証明書が入っていないか、かざすのが短かったようです。',
      en: 'No certificate could be read from the phone. There is none in it, or it was held too briefly.',
    },
  },
  'allow-list is in its validity': {
    ja: '入場者の名簿が期限内である',
    en: 'the list of guests is in force',
    not: { ja: '入場者の名簿の期限が切れています。', en: 'The list of guests has expired.' },
  },
  'certificate is on the allow-list': {
    ja: '入場者の名簿に載っている',
    en: 'the certificate is on the list of guests',
    not: { ja: '入場者の名簿に載っていません。', en: 'It is not on the list of guests.' },
  },
  'certificate has not ended': {
    ja: '証明書が期限内である',
    en: 'the certificate has not expired',
    not: { ja: '証明書の期限が切れています。', en: 'The certificate has expired.' },
  },
  'challenge was signed by the listed key': {
    ja: '名簿にある本物の鍵で、その場で署名した',
    en: 'the listed key itself signed, just now',
    not: {
      ja: '本物の鍵が入っていません。複製された疑いがあります。',
      en: 'It does not hold the genuine key. It may be a copy.',
    },
  },
  'certificate is not revoked by the filter': {
    ja: '失効フィルタに載っていない',
    en: 'the certificate is not revoked by the filter',
    not: {
      ja: '証明書が失効しているか、失効していないことを確かめられません。',
      en: 'The certificate is revoked, or nobody can tell here that it is not.',
    },
  },
  'ticket has not been used': {
    ja: '入場券がまだ使われていない',
    en: 'the ticket has not been used',
    not: { ja: 'この入場券は、もう使われています。', en: 'This ticket has been used already.' },
  },
  'no certificate is revoked': {
    ja: '証明書が失効していない',
    en: 'the certificate is not revoked',
    not: { ja: '証明書が失効しています。', en: 'The certificate is revoked.' },
  },
  'status of before is one that the service allows': {
    ja: '認証局が応答しないので、少し前に確かめた結果を使った（相手のサービスが認めている）',
    en: 'the authority does not answer; a status of a little before was taken, which the service allows',
    not: { ja: '認証局に問い合わせできませんでした。', en: 'The authority could not be asked.' },
  },
  'this answer has been counted': {
    ja: 'この承認は、もう受け付けてある',
    en: 'this approval has been counted',
    not: { ja: 'この承認は、受け付けられていません。', en: 'This approval has not been counted.' },
  },
  'trust anchors are at hand': {
    ja: '認証局の証明書が手元にある',
    en: 'the certificates of the authority are at hand',
    not: { ja: '認証局に問い合わせできませんでした。', en: 'The authority could not be asked.' },
  },
  'certificate is well-formed': { ja: '証明書の形が正しい', en: 'the certificate is well-formed', not: BROKEN },
  'a path reaches a trust anchor': { ja: '認証局までたどれる', en: 'it leads to the authority', not: FORGED },
  'every signature is by the next certificate': {
    ja: '認証局の署名が正しい',
    en: 'the signature of the authority is right',
    not: FORGED,
  },
  'every certificate is within its validity': {
    ja: '証明書が期限内である',
    en: 'the certificate is within its validity',
    not: { ja: '証明書の期限が切れています。', en: 'The certificate has expired.' },
  },
  'every issuer is the next subject': { ja: '発行者の名前が合う', en: 'the name of the issuer fits', not: FORGED },
  'every key identifier is that of the next key': { ja: '鍵の番号が合う', en: 'the key identifiers fit', not: FORGED },
  'every issuer is a CA': { ja: '発行者が認証局である', en: 'the issuer is an authority', not: FORGED },
  'no path length is exceeded': { ja: '認証局の段数が決まりどおり', en: 'the chain is not too long', not: FORGED },
  'every issuer may sign certificates': { ja: '発行者に発行の権限がある', en: 'the issuer may issue', not: FORGED },
  'every critical extension is understood': {
    ja: '大事な項目をすべて理解できる',
    en: 'every critical part is understood',
    not: BROKEN,
  },
  'every algorithm and key is strong enough': {
    ja: '署名の方式と鍵が十分に強い',
    en: 'algorithms and keys are strong enough',
    not: { ja: '証明書の署名の方式が古く、安全ではありません。', en: 'The certificate is signed in an unsafe way.' },
  },
  'certificate has the name that is asked for': {
    ja: '求められた名前の証明書である',
    en: 'the certificate has the name that is asked for',
    not: FORGED,
  },
  'every name is allowed': { ja: '名前が許された範囲にある', en: 'every name is within what is allowed', not: FORGED },
  'key usage allows the purpose': { ja: '鍵の用途が合う', en: 'the key may be used for this', not: BROKEN },
  'extended key usage allows the purpose': {
    ja: '鍵の拡張用途が合う',
    en: 'the extended key usage allows this',
    not: BROKEN,
  },
  'policy is acceptable': { ja: '証明書の方針が合う', en: 'the policy is acceptable', not: BROKEN },
  'issuer has the name of the authority': {
    ja: '発行者がJ-LISの認証局である',
    en: 'the issuer is the authority of J-LIS',
    not: FORGED,
  },
  'extensions are those of the profile': {
    ja: '証明書の項目が決まりどおり',
    en: 'the parts of the certificate are as laid down',
    not: BROKEN,
  },
  'key usage is that of the profile': {
    ja: '鍵の用途が決まりどおり',
    en: 'the key usage is as laid down',
    not: BROKEN,
  },
  'extended key usage is that of the profile': {
    ja: '鍵の拡張用途が決まりどおり',
    en: 'the extended key usage is as laid down',
    not: BROKEN,
  },
  'policy is that of the profile': { ja: '方針が決まりどおり', en: 'the policy is as laid down', not: BROKEN },
  'subject has the form of the profile': {
    ja: '持ち主の欄が決まりどおり',
    en: 'the subject has the form laid down',
    not: BROKEN,
  },
  'subjectAltName is as the profile wants': {
    ja: '別名の欄が決まりどおり',
    en: 'the alternative name is as laid down',
    not: BROKEN,
  },
  'certificate is of a kind that JPKI has': {
    ja: '公的個人認証の証明書である',
    en: 'the certificate is one of JPKI',
    not: FORGED,
  },
  'serial number has the published form': {
    ja: '発行番号の形が正しい',
    en: 'the serial number has its form',
    not: BROKEN,
  },
  'validity is that of the profile': {
    ja: '有効期間が決まりどおり',
    en: 'the validity is as laid down',
    not: BROKEN,
  },
  'issuerAltName is that of the authority': {
    ja: '発行者の日本語名が決まりどおり',
    en: 'the Japanese name of the issuer is as laid down',
    not: BROKEN,
  },
  'distribution point is that of the profile': {
    ja: '失効情報の置き場所が市区町村のものである',
    en: 'the place of revocation lists is that of a municipality',
    not: BROKEN,
  },
  'basic constraints are those of the profile': {
    ja: '認証局かどうかの欄が決まりどおり',
    en: 'it says rightly whether it is an authority',
    not: BROKEN,
  },
  'status address is as the profile wants': {
    ja: '有効性を問い合わせる先が決まりどおり',
    en: 'the address for its status is as laid down',
    not: BROKEN,
  },
  'authority key identifier has the form of the profile': {
    ja: '発行者の鍵の番号の形が正しい',
    en: 'the key identifier of the authority has its form',
    not: BROKEN,
  },
  'subject key identifier is SHA-1 of the key': {
    ja: '鍵の番号がこの鍵のものである',
    en: 'the key identifier is that of the key',
    not: BROKEN,
  },
  'only a responder is trusted without status': {
    ja: '失効の確認を免れる印がない',
    en: 'it does not claim to need no status',
    not: BROKEN,
  },
  'document is SignedData with one signer': {
    ja: '一人の署名がある電子文書である',
    en: 'the document has one signature',
    not: BROKEN,
  },
  'signed content type is that of the content': {
    ja: '中身の種類が署名のとおり',
    en: 'the kind of content is the signed one',
    not: BROKEN,
  },
  'message digest is that of the content': {
    ja: '中身が変えられていない',
    en: 'the content was not changed',
    not: BROKEN,
  },
  'signed attributes name this certificate': {
    ja: '署名がこの証明書を指している',
    en: 'the signature names this certificate',
    not: BROKEN,
  },
  'signature verifies with the key of the certificate': {
    ja: '証明書の鍵による署名である',
    en: 'it is signed with the key of the certificate',
    not: FORGED,
  },
  'time stamp is well-formed, of one signer whose certificate is there': {
    ja: 'タイムスタンプの形が正しい',
    en: 'the time stamp is well-formed',
    not: STAMP,
  },
  'the stamp is of this': {
    ja: 'この文書のタイムスタンプである',
    en: 'the time stamp is of this document',
    not: STAMP,
  },
  'the stamp is not of the future': {
    ja: 'タイムスタンプが未来のものでない',
    en: 'the time stamp is not of the future',
    not: STAMP,
  },
  'the nonce of the stamp is that of the request': {
    ja: 'タイムスタンプが求めに対するものである',
    en: 'the time stamp answers the request',
    not: STAMP,
  },
  'the digest of the stamp is that of its content': {
    ja: 'タイムスタンプの中身が変えられていない',
    en: 'the time stamp was not changed',
    not: STAMP,
  },
  'the stamp names the certificate of its signer': {
    ja: 'タイムスタンプが署名者の証明書を指している',
    en: 'the time stamp names its signer',
    not: STAMP,
  },
  'the stamp is signed by this certificate': {
    ja: 'タイムスタンプの署名が正しい',
    en: 'the time stamp is signed by its signer',
    not: STAMP,
  },
  'the signer stamps and does nothing else': {
    ja: '時刻認証だけを行う証明書である',
    en: 'its signer does nothing else',
    not: STAMP,
  },
  'key is RSA of 2,048 bits or more': { ja: '鍵の長さが十分である', en: 'the key is long enough', not: BROKEN },
  'this request, with the number that was chosen, was signed by the key of the certificate': {
    ja: 'この確認に、選んだ番号と証明書の鍵で署名した',
    en: 'this request was signed, with the number that was chosen, by the key of the certificate',
    not: {
      ja: '署名が、この確認のものではありません。',
      en: 'The signature is not one for this request.',
    },
  },
  'this login was signed by the key of the certificate': {
    ja: 'このログインに、証明書の鍵で署名した',
    en: 'this login was signed with the key of the certificate',
    not: {
      ja: '署名が、このログインのものではありません。',
      en: 'The signature is not for this login.',
    },
  },
}

export const checkText = (name: string): CheckText | undefined =>
  Object.hasOwn(CHECK_TEXTS, name) ? CHECK_TEXTS[name] : undefined
