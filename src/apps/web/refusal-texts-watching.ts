// What a refusal of the verification platform means when it asks, watches and tells in the name of services: for the holder
// at the phone, the customer of a service, and the developer of one.

import type { Words } from './language.ts'

export const WATCHING_REFUSALS: { readonly [code: string]: Words } = {
  'verifier/notAccredited': {
    ja: 'この認証基盤は、J-LISに問い合わせる認定を受けていません。',
    en: 'This platform is not accredited to ask J-LIS anything.',
  },
  'verifier/unknownQuestion': {
    ja: 'この質問は見つかりません。サービスの画面から、もう一度始めてください。',
    en: 'This question was not found. Begin again at the service.',
  },
  'verifier/questionOver': {
    ja: 'この質問には、もう返事をしたか、時間が過ぎています。',
    en: 'This question was answered already, or its time is over.',
  },
  'verifier/unknownSubject': {
    ja: 'このお客さまのログインの記録がありません。もう一度ログインしてください。',
    en: 'The platform knows no login of this customer at this service. Log in once more.',
  },
  'verifier/consentNotSigned': {
    ja: '署名を確かめられませんでした。カードの署名用の証明書が使えるか、窓口で確かめてください。',
    en: 'The signature was not accepted. Ask at the counter whether the signature certificate of the card is valid.',
  },
  'verifier/otherConsent': {
    ja: '署名された内容が、お願いした内容と違うため、止めました。',
    en: 'What was signed is not what was asked for, so it was stopped.',
  },
  'verifier/otherPerson': {
    ja: 'お客さまご本人のカードではないため、止めました。',
    en: 'The card is not that of the customer, so it was stopped.',
  },
  'verifier/noConsent': {
    ja: '同意をいただいていないか、取り消されています。',
    en: 'There is no consent, or it was taken back.',
  },
  'verifier/consentNotYet': {
    ja: '同意は、明日の0時から有効になります。',
    en: 'The consent begins at the start of tomorrow.',
  },
  'verifier/ownSignatureWrong': {
    ja: '証明書を確かめられませんでした。スマホの証明書が使えるか、ホーム画面で確かめてください。',
    en: 'The certificate was not accepted. See on the phone’s home screen whether it can be used.',
  },
  'verifier/statusUnknown': {
    ja: '証明書が有効かどうかを、いま確かめられません。まだ何も決まっていません。少し待って、もう一度お試しください。',
    en: 'Whether the certificate is valid cannot be found out now. Nothing is decided yet. Please try again a little later.',
  },
  'verifier/statementOld': {
    ja: '時間がたちすぎました。スマホの時計を確かめて、もう一度お試しください。',
    en: 'It took too long. Check the clock of the phone and try again.',
  },
  'verifier/statementUsed': {
    ja: 'この操作は、もう済んでいます。',
    en: 'This was done already.',
  },
  'verifier/ownPassOver': {
    ja: '開いてから10分が過ぎました。もう一度、暗証番号を入れてください。',
    en: 'Ten minutes have passed. Enter the PIN again.',
  },
  'verifier/unknownLink': {
    ja: 'この結びつきは見つかりません。一覧を開き直してください。',
    en: 'These services are not tied together. Please open the list again.',
  },
  'verifier/unknownMandate': {
    ja: 'この委任は見つからないか、もう終わっています。一覧を開き直してください。',
    en: 'This mandate was not found, or has ended. Open the list again.',
  },
  'verifier/mandateInvitation': {
    ja: 'この招待コードは使えません。まちがいか、使用ずみか、30分の期限切れです。相手の方に、新しいコードを頼んでください。',
    en: 'This invitation code cannot be used: mistyped, used already, or older than 30 minutes. Ask the other person for a new one.',
  },
  'verifier/ownInvitation': {
    ja: 'この招待は、ほかの方のスマホで受けてください。ご自分の分は、ご自分では受けられません。',
    en: 'This invitation is for another person’s phone. Nobody can accept it for their own affairs.',
  },
  'verifier/mandateExceeds': {
    ja: 'ご自分が任された範囲（目的・サービス・手続き・期間）を超えて、ほかの方に任せることはできません。',
    en: 'You cannot hand on more than you were given: purpose, services, acts or time.',
  },
  'verifier/mandateOver': {
    ja: 'この委任は、いまは使えません。終わったか、まだ始まっていません。',
    en: 'This mandate cannot be used now: it has ended or has not begun.',
  },
  'verifier/mandateTime': {
    ja: '期間を確かめてください。これから先の、1年以内の期間を選べます。',
    en: 'Check the period: it must lie ahead and be at most one year.',
  },
  'verifier/mandateNotHere': {
    ja: 'この委任では、いま、このサービスの手続きはできません。期間と、任されたサービスを確かめてください。',
    en: 'By this mandate you cannot act at this service now. Check its period and its services.',
  },
  'verifier/notDelegable': {
    ja: 'このサービスでは、ほかの方が代わりに手続きすることはできません。',
    en: 'At this service nobody can act for another in this way.',
  },
  'verifier/notParent': {
    ja: '市区町村の記録で、あなたがこの子の親権者か未成年後見人だと確かめられません。18歳になった方の手続きも、代わりにはできません。記録のことは、お住まいの市区町村へ。',
    en: 'The municipality does not confirm that you are parent or guardian of this child, or the child is 18 by now. Ask your municipality about its records.',
  },
  'verifier/parentInPerson': {
    ja: '子どものための手続きは、ほかの方に任せ直せません。',
    en: 'What a parent or guardian does for a child is not handed on.',
  },
  'verifier/firmClaim': {
    ja: '申し出を受け付けられません。署名用の証明書が使えるカードか、法人番号にまちがいがないかを確かめてください。',
    en: 'The claim cannot be taken. Look whether the signature certificate of the card is valid and the corporate number is right.',
  },
  'verifier/firmClaimed': {
    ja: 'この会社は、もう申し出ています。職員が決めるまでお待ちください。',
    en: 'You have claimed this firm already. Wait until the clerks decide.',
  },
  'verifier/unknownFirm': {
    ja: 'その申し出や代表は、見つからないか、もう終わっています。一覧を開き直してください。',
    en: 'There is no such claim or representative, or it has ended. Open the list again.',
  },
  'verifier/notRepresentative': {
    ja: 'この会社の代表者だと確かめられません。はじめに申し出て、承認を待ってください。',
    en: 'You are not known as a representative of this firm. Claim it first and wait for its release.',
  },
  'verifier/mandatesAtMost': {
    ja: '任せられるのは50件までです。使わないものを終わらせてください。',
    en: 'You can have at most fifty mandates. End those that you do not need.',
  },
  'verifier/unknownConsent': {
    ja: 'この同意は見つかりません。一覧を開き直してください。',
    en: 'This consent was not found. Open the list again.',
  },
  'verifier/streamRequest': {
    ja: '要求の形が、Shared Signals Frameworkと違います。',
    en: 'The request does not have the form of the Shared Signals Framework.',
  },
  'verifier/oneStream': {
    ja: 'このサービスのストリームは、もうあります。それを変更してください。',
    en: 'This service has a stream already. Change that one.',
  },
  'verifier/unknownStream': {
    ja: 'そのストリームは、このサービスにはありません。',
    en: 'This service has no such stream.',
  },
  'verifier/endpointRefused': {
    ja: '受け取り先のアドレスは使えません。httpsで、インターネットから届くものにしてください。',
    en: 'This address cannot receive events. It must be https, and reachable from the Internet.',
  },
  'verifier/verifiedJustNow': {
    ja: 'さきほど確認したばかりです。30秒待って、もう一度お試しください。',
    en: 'The stream was verified a moment ago. Wait for 30 seconds and try again.',
  },
  'verifier/noDeadLetter': {
    ja: 'その届かなかった通知は、ありません。',
    en: 'There is no such dead letter.',
  },
}
