// What a clerk's or an operator's request was refused for: counter, resident register and authority, in words.

import type { Words } from './language.ts'

/** Of every role that has clerks. */
const OF_CLERKS: { readonly [name: string]: Words } = {
  notSignedIn: {
    ja: '職員として業務を始めていないか、時間が切れました。もう一度、業務を始めてください。',
    en: 'No clerk is signed in, or the time is over. Please sign in again.',
  },
  wrongPasscode: { ja: '職員番号か合言葉が違います。', en: 'The clerk or the passcode is wrong.' },
  notYourPart: {
    ja: 'これは、あなたの受け持ちではありません。受け持ちの人に頼むか、別の職員番号で始めてください。',
    en: 'This is not your part. Ask a clerk whose part it is, or sign in as another one.',
  },
}

export const COUNTER_REFUSALS: { readonly [code: string]: Words } = {
  ...Object.fromEntries(
    ['counter', 'sp-tsm', 'carrier', 'verifier'].flatMap((role) =>
      Object.entries(OF_CLERKS).map(([name, words]) => [`${role}/${name}`, words]),
    ),
  ),
  'counter/unknownCard': {
    ja: 'この番号のカードは、窓口の記録にありません。',
    en: 'The counter has no card of this number.',
  },
  'counter/notResident': {
    ja: '亡くなったか転出した人には、この手続きはできません。',
    en: 'This cannot be done for somebody who has died or left the country.',
  },
  'counter/hasCard': {
    ja: '使えるカードがもうあります。新しいカードを作る前に、そのカードを止めてください。',
    en: 'There is a card already. Stop it before another is made.',
  },
  'counter/cardNotInUse': {
    ja: '使われているカードではありません。渡したあとか、止める前に限ってできる手続きです。',
    en: 'The card is not in use: this is done between handing it over and stopping it.',
  },
  'counter/notAbandoned': {
    ja: '渡したカードは取りやめられません。「カードを止める」を選んでください。',
    en: 'A card that was handed over is not undone. Stop it instead.',
  },
  'counter/notMade': {
    ja: 'カードがまだでき上がっていないか、もう渡してあります。',
    en: 'The card is not whole yet, or was handed over already.',
  },
  'counter/proofNeeded': {
    ja: 'この手続きには本人確認が必要です。書類の種類と番号を入れてください。',
    en: 'For this the person must be identified: enter kind and number of the document.',
  },
  'counter/passwordNeeded': {
    ja: '15歳以上の人は署名用のパスワードを決めます。15歳未満の人には要りません。',
    en: 'From fifteen on a password for signatures is chosen, below there is none.',
  },
  'counter/secretShape': {
    ja: '暗証番号は数字4けた、パスワードは英大文字と数字で6〜16文字です。',
    en: 'A PIN has four digits, a password six to sixteen capital letters and digits.',
  },
  'counter/tooEarly': {
    ja: '更新は、有効期限の3か月前からできます。',
    en: 'A certificate is renewed from three months before its end.',
  },
  'counter/notOnThisCard': {
    ja: '読み取り機に置いたカードが違います。この人のカードを置いてください。',
    en: 'The card on the reader is another one. Put this person’s card there.',
  },
  'counter/wrongPin': {
    ja: '今の暗証番号かパスワードが違います。続けて間違えるとロックされます。',
    en: 'The present PIN or password is wrong. After some wrong tries it is blocked.',
  },
  'counter/pinBlocked': {
    ja: '暗証番号かパスワードがロックされています。「暗証番号を設定し直す」を選んでください。',
    en: 'The PIN or password is blocked. Reset it instead.',
  },
  'counter/simNotHere': {
    ja: '読み取り機のSIMが、申し込みのSIMと違います。申し込んだSIMを入れてください。',
    en: 'The SIM in the reader is not the one that was applied for. Put that one in.',
  },
  'counter/noSuchApplication': {
    ja: 'SIMの中に証明書の入れ物がありません。申し込みからやり直してください。',
    en: 'The SIM has no place for the certificate. Begin with the application.',
  },
  'counter/channelClosed': {
    ja: 'SIMとの通信が切れました。もう一度お試しください。',
    en: 'The connection to the SIM was lost. Please try again.',
  },
  'resident-register/unknownResident': {
    ja: 'この人は住民基本台帳にありません。',
    en: 'The resident register does not know this person.',
  },
  'resident-register/differentResident': {
    ja: '同じ番号で、別の人が登録されています。',
    en: 'Another record was entered under this number.',
  },
  'resident-register/notResident': {
    ja: '亡くなったか転出した人には、これ以上の異動は記録できません。',
    en: 'The resident has died or left the country: no further event is recorded.',
  },
  'resident-register/factsMissing': {
    ja: 'この異動には、新しい氏名や住所が必要です。',
    en: 'This event needs the new name or address.',
  },
  'resident-register/factsNotExpected': {
    ja: '死亡と国外転出では、氏名や住所は変わりません。',
    en: 'A death or an emigration changes neither name nor address.',
  },
  'resident-register/factsNotOfThisEvent': {
    ja: 'この異動では、変えられない項目が変わっています。異動の種類を確かめてください。',
    en: 'This event cannot change that. Check which event it is.',
  },
  'resident-register/notTheLast': {
    ja: '取り消せるのは最後の異動だけで、一度だけです。',
    en: 'Only the last event is taken back, and once.',
  },
  'resident-register/ownCustody': {
    ja: '本人を、本人の親権者として記録することはできません。',
    en: 'Nobody is recorded as a parent of themselves.',
  },
  'resident-register/childOfAge': {
    ja: '18歳になった人には、親権者も未成年後見人も記録できません。',
    en: 'This person is of age: nobody has custody.',
  },
  'resident-register/parentNotOfAge': {
    ja: '18歳未満の人は、親権者や未成年後見人になれません。',
    en: 'Somebody under 18 has no custody of others.',
  },
  'resident-register/custodyGround': {
    ja: 'この理由では記録できません。戸籍の記載を確かめて選び直してください。',
    en: 'That is no ground for this. Check the family register and choose again.',
  },
  'resident-register/hasCustody': {
    ja: 'すでに親権者（二人まで）か未成年後見人が記録されています。終わった人がいるときは、先にその記録を終えてください。',
    en: 'There are parents (two at most) or a guardian already. Where one of them is none any more, end that first.',
  },
  'resident-register/noCustody': {
    ja: '終える記録がありません。すでに終わっています。',
    en: 'There is nothing to end: it has ended already.',
  },
  'resident-register/searchTooWide': {
    ja: '氏名を2文字以上、または生年月日を入れて探してください。',
    en: 'A search needs two characters of the name, or a date of birth.',
  },
  'resident-register/nothingChanged': {
    ja: '今の記録と同じです。新しい内容を入れてください。',
    en: 'This is what is recorded already. Enter what is new.',
  },
  'authority/unknownResident': {
    ja: '認証局から見て、この人は住民基本台帳にありません。',
    en: 'The authority does not find this person in the register.',
  },
  'authority/notResident': {
    ja: '亡くなったか転出した人には、証明書を発行できません。',
    en: 'No certificate is issued to somebody who has died or left the country.',
  },
  'authority/tooYoung': {
    ja: '15歳未満の人には、署名用の証明書を発行できません。',
    en: 'No signature certificate is issued to a child under 15.',
  },
  'authority/keyNotAllowed': {
    ja: 'カードの鍵が、決められた種類のものではありません。別のカードで作ってください。',
    en: 'The key of the card is not of an allowed kind. Use another card.',
  },
  'authority/keyCertified': {
    ja: 'この鍵には、もう証明書があります。別のカードで作ってください。',
    en: 'This key has a certificate already. Use another card.',
  },
  'authority/certificateExists': {
    ja: '有効な証明書がもうあります。先にそれを失効させてください。',
    en: 'There is a valid certificate already: revoke it first.',
  },
  'authority/cardNotValid': {
    ja: 'カードの証明書が有効ではありません。',
    en: 'The certificate of the card is not valid.',
  },
  'authority/requestReused': {
    ja: '同じ受付番号で、別の申請がありました。最初からやり直してください。',
    en: 'This request number was used for something else. Begin anew.',
  },
  'authority/revokedBeforeIssue': {
    ja: '発行の途中で失効したので、証明書はできませんでした。',
    en: 'It was revoked while it was being issued, so there is no certificate.',
  },
  'authority/registerBusy': {
    ja: 'ちょうど異動がありました。もう一度お試しください。',
    en: 'The register changed just now. Please try again.',
  },
  'authority/certificateExpired': {
    ja: 'この証明書は、もう有効期限が切れています。',
    en: 'The certificate has ended by itself.',
  },
  'authority/notYoursToRevoke': {
    ja: 'この理由では、ここから止められません。',
    en: 'It may not be stopped from here for this reason.',
  },
}
