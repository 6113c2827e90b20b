// Texts of the person's own page on the phone, and of ties between services.

import type { Words } from './language.ts'

export const OWN_MESSAGES = {
  doOwn: { ja: 'わたしのページ', en: 'My own page' },
  doOwnText: { ja: 'どこで使ったか、だれが見守っているか', en: 'Where I was, and who watches' },
  title: { ja: 'わたしのページ', en: 'My own page' },
  lead: {
    ja: '認証基盤に残っている、あなたの記録を見ます。暗証番号を入れてください。',
    en: 'See what the platform keeps of you. Enter the PIN.',
  },
  open: { ja: '記録を見る', en: 'Show my records' },
  withdrawn: { ja: '見守りをやめさせました', en: 'The watch has ended' },
  untied: { ja: 'つながりを切りました', en: 'The two are tied no more' },
  doneText: {
    ja: 'すぐに効きました。元にもどすときは、そのサービスの画面から、もう一度お申し込みください。',
    en: 'It counts at once. To undo it, agree again at the service.',
  },

  watching: { ja: '見守っているところ', en: 'Who watches' },
  watchingText: {
    ja: '引っ越しなどで情報が変わったとき、知らせを受け取るサービスです。',
    en: 'These are told when your facts change.',
  },
  watchingNone: { ja: 'だれも見守っていません。', en: 'Nobody watches.' },
  items: { ja: '受け取る情報', en: 'May be told' },
  given: { ja: '同意した日', en: 'You agreed on' },
  until: { ja: '終わる日', en: 'Until' },
  toldAt: { ja: '最後に知らせた日', en: 'Told last' },
  never: { ja: 'まだありません', en: 'Never yet' },
  stop: { ja: 'やめさせる', en: 'End this' },

  ties: { ja: 'つないだサービス', en: 'Services tied together' },
  tiesText: {
    ja: '二つのサービスが、あなたの記録を合わせて使います。',
    en: 'The two use their records of you together.',
  },
  tiesNone: { ja: 'つないだサービスはありません。', en: 'None are tied together.' },
  pair: {
    ja: (one: string, other: string) => `${one} と ${other}`,
    en: (one: string, other: string) => `${one} and ${other}`,
  },
  purpose: { ja: '使いみち', en: 'What for' },
  since: { ja: 'つないだ日', en: 'Since' },
  untie: { ja: 'つながりを切る', en: 'Untie them' },

  uses: { ja: '使ったところ', en: 'Where it was used' },
  usesNone: { ja: 'まだ使っていません。', en: 'Nowhere yet.' },
  unknownUse: { ja: '身に覚えがないものがありますか？', en: 'Is there one you do not know?' },
  older: { ja: 'もっと前を見る', en: 'Show older ones' },
  olderTitle: { ja: 'もっと前に使ったところ', en: 'Where it was used before' },
  kept: {
    ja: '1年分が残っています。お店などでの年齢の確認は、だれのことか認証基盤にも分からないので、出ません。ログインのときに伝えた年齢は出ます。',
    en: 'Kept for a year. Ages that you gave at a login are here. Proofs of age at a till are not: the platform does not know whose they were.',
  },
  noChange: { ja: '変わったところを問い合わせ（変更なし）', en: 'Asked whether something changed; nothing had' },
  facts: { ja: (items: string) => `受け取った情報：${items}`, en: (items: string) => `Was told: ${items}` },
  gave: { ja: (items: string) => `伝えた情報：${items}`, en: (items: string) => `You gave: ${items}` },
  actsForMe: { ja: 'わたしの代わりをする人', en: 'Who acts for me' },
  actsForMeNone: { ja: 'だれも代わりをしていません。', en: 'Nobody acts for you.' },
  iActFor: { ja: 'わたしが代わりをする人', en: 'For whom I act' },
  iActForNone: { ja: 'だれの代わりもしていません。', en: 'You act for nobody.' },
  handedOn: {
    ja: (who: string) => `${who}（ほかの人から引き受けたもの）`,
    en: (who: string) => `${who} (handed on by you)`,
  },
  scope: { ja: 'できること', en: 'May do' },
  acted: { ja: '最後に使った日', en: 'Used last' },
  endMandate: { ja: '代わりをやめる', en: 'End this' },
  confirmMandate: {
    ja: (who: string) => `${who}との代わりの取り決めをやめますか？`,
    en: (who: string) => `End the mandate with ${who}?`,
  },
  confirmMandateText: {
    ja: 'すぐに終わり、その先の人に任せた分も終わります。また始めるには、二人の同意がいります。',
    en: 'It ends at once, with all that was handed on. To begin again both must agree.',
  },
  mandateEnded: { ja: '代わりをやめました', en: 'The mandate has ended' },
  ended: { ja: '終わった見守り', en: 'Watches that ended' },
  endedOn: { ja: '終わった日', en: 'Ended on' },

  confirmWatch: {
    ja: (who: string) => `${who}の見守りをやめさせますか？`,
    en: (who: string) => `End the watch of ${who}?`,
  },
  confirmWatchText: {
    ja: 'これからは、引っ越しなどをこのサービスへご自分で届け出ることになります。',
    en: 'From then on you tell this service yourself when you move.',
  },
  confirmTie: { ja: (both: string) => `${both} のつながりを切りますか？`, en: (both: string) => `Untie ${both}?` },
  confirmTieText: {
    ja: '二つのサービスは、もう記録を合わせて使えません。',
    en: 'The two cannot use their records together any more.',
  },
  keep: { ja: 'このままにする', en: 'Leave it as it is' },

  take: { ja: '記録を持ち出す', en: 'Take my records along' },
  takeText: {
    ja: '残っている記録のすべてを、ファイルで受け取ります。ファイルは、人に見せないでください。',
    en: 'Everything that is kept, as a file. Keep the file to yourself.',
  },
  takeCsv: { ja: '表で受け取る（CSV）', en: 'As a table (CSV)' },
  takeJson: { ja: 'データで受け取る（JSON）', en: 'As data (JSON)' },

  linkTitle: { ja: 'サービスをつなぐお願い', en: 'May two services be tied?' },
  linkLead: {
    ja: (who: string, other: string) => `${who}が、${other}にあるあなたの記録と合わせて使いたいと言っています。`,
    en: (who: string, other: string) => `${who} wants to use its records of you together with those at ${other}.`,
  },
  linkWho: { ja: 'お願いした相手', en: 'Who asks' },
  linkWith: { ja: 'つなぐ相手', en: 'With whom' },
  linkUntil: { ja: '答える期限', en: 'Answer before' },
  linkEnds: { ja: 'つなぐ期間', en: 'Until when they are tied' },
  linkEndsText: { ja: (day: string) => `${day}まで`, en: (day: string) => `Until ${day}` },
  linkCompare: {
    ja: 'サービスの画面の番号と同じですか？',
    en: 'Does the screen of the service show the same?',
  },
  linkFree: {
    ja: 'つながなくても、どちらのサービスも今までどおり使えます。いつでも切れます。',
    en: 'Both go on as before if you say no. You can untie them at any time.',
  },
  linkDecline: { ja: 'つながない', en: 'Do not tie them' },
  linkAgree: { ja: '暗証番号でつなぐ', en: 'Tie them with the PIN' },
  linkGiven: { ja: 'つなぎました', en: 'They are tied together' },
  linkGivenText: {
    ja: '切るときは、「わたしのページ」を開いてください。',
    en: 'To untie them, open “My own page”.',
  },
  linkDeclined: { ja: 'つなぎませんでした', en: 'You said no' },
  linkDeclinedText: { ja: '相手には、断ったことだけが伝わりました。', en: 'All that was told is that you declined.' },
  linkExpired: { ja: '時間が過ぎました', en: 'The time is over' },
  linkExpiredText: { ja: '何もつながっていません。', en: 'Nothing was tied.' },
} as const

/** `kind` of a use, as the platform names it. */
export const OWN_KINDS = {
  login: { ja: 'ログイン', en: 'Login' },
  approval: { ja: '電話などの手続きへの返事', en: 'Answer to a call or request' },
  signature: { ja: '文書への署名', en: 'Signature of a document' },
  facts: { ja: '情報の受け取り', en: 'Facts asked for' },
  tie: { ja: 'つないだ相手から問い合わせ', en: 'Asked by the service it is tied to' },
} as const satisfies Record<string, Words>

export const OWN_DEVICES = {
  asking: { ja: 'このスマホ', en: 'this phone' },
  phone: { ja: 'ほかのスマホ', en: 'another phone' },
  card: { ja: 'カード', en: 'the card' },
} as const satisfies Record<string, Words>

export const OWN_WAYS = {
  'same-device': null,
  'other-device': { ja: '別の機器の画面を読み取り', en: 'read from another screen' },
  'card-reader': { ja: 'パソコンのカードリーダー', en: 'a card reader at a computer' },
  'at-reader': { ja: 'サービスの窓口のリーダー', en: 'a reader at a counter of the service' },
} as const satisfies Record<string, Words | null>

export const OWN_OUTCOMES = {
  done: null,
  declined: { ja: '断りました', en: 'you said no' },
  refused: { ja: '番号がちがい、止まりました', en: 'stopped: it was the wrong number' },
} as const satisfies Record<string, Words | null>
