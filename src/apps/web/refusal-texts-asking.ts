// What a refusal means when a service asks the holder for an age or for consent: for the holder at the phone, the customer and
// the staff at the kiosk.

import type { Words } from './language.ts'

export const ASKING_REFUSALS: { readonly [code: string]: Words } = {
  'phone/askerNotAccredited': {
    ja: 'J-LISが認めた相手ではないため、止めました。何も送られていません。',
    en: 'J-LIS has not accredited whoever asks for this, so it was stopped. Nothing was sent.',
  },
  'phone/otherQuestion': {
    ja: '画面に出た質問と内容が変わったため、止めました。何も送られていません。',
    en: 'The question is not the one that you saw, so it was stopped. Nothing was sent.',
  },
  'phone/questionOver': {
    ja: 'この質問には、もう返事をしたか、時間が過ぎています。お店や銀行の画面から、もう一度始めてください。',
    en: 'This question was answered already, or its time is over. Begin again at the shop or bank.',
  },
  'phone/unknownService': {
    ja: '相手のサービスにつながりません。アドレスを確かめてください。',
    en: 'The service cannot be reached. Please check the address.',
  },
  'service/opensNoAccounts': { ja: 'ここでは、口座を開けません。', en: 'Nobody opens an account here.' },
  'service/noLogins': { ja: 'ここでは、ログインはできません。', en: 'Nobody logs in here.' },
  'service/loginClosed': {
    ja: '証明書が失効したため、ログインを止めています。新しい証明書ができると、また使えます。心当たりのないときは、銀行に電話してください。',
    en: 'The certificate was revoked, so login is closed. It opens again with a new certificate. If you know of no reason, call the bank.',
  },
  'service/hearsNothing': { ja: 'ここには、何も知らされません。', en: 'Nobody tells this service of its customers.' },
  'service/eventRefused': {
    ja: '届いたお知らせは、このサービスあての正しいものではないため、受け取りませんでした。',
    en: 'What was pushed is no event for this service. It was not taken.',
  },
  'service/notAccredited': {
    ja: 'このサービスは、J-LISに問い合わせる認定を受けていません。',
    en: 'This service is not accredited to ask J-LIS anything.',
  },
  'service/unknownRequest': {
    ja: 'この質問は見つかりません。お店や銀行の画面から、もう一度始めてください。',
    en: 'This question was not found. Begin again at the shop or bank.',
  },
  'authority/unknownConsent': { ja: 'この同意は見つかりません。', en: 'There is no such consent.' },
  'authority/noCustody': {
    ja: '市区町村の記録で、この子の親権者だと確かめられません。',
    en: 'The municipality does not confirm a parent of this child.',
  },
  'authority/noNewCertificate': {
    ja: 'お客さまの新しい署名用の証明書が、まだありません。届け出のあとにお試しください。',
    en: 'The customer has no new signature certificate yet. Try again when there is one.',
  },
  'authority/signatureWrong': {
    ja: 'この証明書は今は使えないため、J-LISは答えません。',
    en: 'This certificate cannot be used now, so J-LIS does not answer.',
  },
  'authority/certificateNotValid': {
    ja: 'カードの署名用の証明書が、今は有効ではありません。',
    en: 'The signature certificate of the card is not valid now.',
  },
  'authority/notAccredited': {
    ja: 'このサービスの認定は、もう終わっています。',
    en: 'The accreditation of this service has ended.',
  },
}
