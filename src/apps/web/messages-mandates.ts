// Texts of letting somebody act, on the phone.

import type { Words } from './language.ts'

export const MANDATE_MESSAGES = {
  do: { ja: '代わりの手続き（委任）', en: 'Acting for others' },
  doText: { ja: '家族などに手続きを任せる、任された手続きをする', en: 'Let somebody act for you, or act for somebody' },
  title: { ja: '代わりの手続き（委任）', en: 'Acting for others' },
  offer: { ja: 'ほかの方に任せる', en: 'Let somebody act for me' },
  accept: { ja: '招待コードを受け取った', en: 'I was given a code' },
  see: { ja: 'いまの委任と、使われた記録を見る', en: 'See current mandates and their use' },
  lead: {
    ja: '任せるまでは、だれもあなたの代わりに手続きできません。',
    en: 'Nobody acts for you until you let them.',
  },

  offerTitle: { ja: 'ほかの方に任せる', en: 'Let somebody act for me' },
  noService: {
    ja: 'いまは、代わりの手続きを受け付けるサービスがありません。',
    en: 'No service lets people act for others just now.',
  },
  which: { ja: '任せる手続き', en: 'What may be done' },
  me: { ja: '相手の画面に出る、あなたの呼び名', en: 'Your name, as the other person sees it' },
  meHint: { ja: '例：母', en: 'For example: Mother' },
  them: { ja: '任せる相手の呼び名', en: 'The name you call the other person' },
  themHint: { ja: '例：長女', en: 'For example: Elder daughter' },
  purpose: { ja: '何のため', en: 'What for' },
  purposeHint: { ja: '例：薬の受け取り', en: 'For example: collecting medicines' },
  days: { ja: 'いつまで', en: 'How long' },
  month: { ja: '1か月', en: 'One month' },
  half: { ja: '6か月', en: 'Six months' },
  year: { ja: '1年', en: 'One year' },
  offerButton: { ja: '暗証番号で任せる', en: 'Let them act, with the PIN' },
  incomplete: {
    ja: '任せる手続きを一つ以上えらび、呼び名と目的を入れてください。',
    en: 'Choose at least one act, and fill in both names and the purpose.',
  },
  offered: { ja: '招待コードができました', en: 'The code is ready' },
  offeredText: {
    ja: '任せる方だけに、この画面を見せるか、電話で伝えてください。ほかの人に知られたら、すぐに終わらせてください。',
    en: 'Show it to that person only, or say it on the telephone. If others learn it, end the mandate at once.',
  },
  codeUntil: { ja: 'コードの期限', en: 'Code valid until' },

  acceptTitle: { ja: '招待コードを受け取った', en: 'I was given a code' },
  code: { ja: '招待コード（16文字）', en: 'Invitation code (16 characters)' },
  codeHint: { ja: '例：K7MP-2QXT-9ABC-D3EF', en: 'For example: K7MP-2QXT-9ABC-D3EF' },
  read: { ja: '内容を見る', en: 'See what it says' },
  principal: { ja: 'だれの手続きか', en: 'On behalf of' },
  delegate: { ja: 'だれがするか', en: 'Who acts' },
  kind: { ja: '立場', en: 'Acts as' },
  services: { ja: 'サービスと手続き', en: 'Services and acts' },
  until: { ja: '終わる日', en: 'Until' },
  acceptText: {
    ja: '引き受けると、上の手続きだけを、この方の代わりにできます。した手続きは、すべて相手にも見えます。',
    en: 'If you accept, you may do this for them and nothing else. They see each use.',
  },
  acceptButton: { ja: '暗証番号で引き受ける', en: 'Accept with the PIN' },
  accepted: { ja: '引き受けました', en: 'You have accepted' },
  acceptedText: {
    ja: 'そのサービスにログインするときに、だれのための手続きかを選べます。',
    en: 'When you log in at that service you can choose for whom.',
  },

  child: { ja: '子どものために手続きする（親権者・未成年後見人）', en: 'I am a parent or guardian, for a child' },
  childLead: {
    ja: '18歳未満の子の親権者と未成年後見人だけです。市区町村の記録で確かめます。子どもの署名もスマホもいりません。18歳の誕生日に終わります。',
    en: 'Only for parents and guardians of children under 18; the municipality’s records are checked. The child signs nothing and needs no phone. It ends on the eighteenth birthday.',
  },
  childCard: { ja: '子どものマイナンバーカードをスマホにかざす', en: 'Hold the child’s My Number Card to the phone' },
  childCalled: { ja: '子どもの呼び名', en: 'The child’s name, as you call it' },
  childCalledHint: { ja: '例：こはる', en: 'For example: Koharu' },
  parentCalled: { ja: 'あなたの呼び名', en: 'What the child calls you' },
  childButton: { ja: '暗証番号で署名して始める', en: 'Sign with the PIN' },
  childTaken: { ja: '子どものために手続きできます', en: 'You can act for the child' },

  held: {
    ja: '相手のスマホのカメラで、この絵を読み取ってもらえます。',
    en: 'The other person can scan this picture with the camera of their phone.',
  },
  picture: { ja: '招待コードの二次元コード', en: 'QR code of the invitation' },
  handingOn: { ja: 'ほかの方への引き継ぎ', en: 'Handing on' },
  mayHandOn: {
    ja: 'この方が、さらにもう1人に任せてもよい',
    en: 'This person may let one more person act',
  },
  handOn: { ja: 'ほかの方に引き継ぐ', en: 'Hand it on to somebody' },
  handOnText: {
    ja: '任された手続きを、同じ目的で、ほかの方に任せます。',
    en: 'You let another person do what you were trusted with, for the same purpose.',
  },
  handOnMore: {
    ja: '期間は、もとの委任より長くなりません。もとの委任が終わると、これも終わります。',
    en: 'It lasts no longer than your own mandate, and ends with it.',
  },
  cannotHandOn: {
    ja: 'この委任は、いまは引き継げません。一覧を開き直してください。',
    en: 'This mandate cannot be handed on now. Open the list again.',
  },

  listTitle: { ja: 'いまの委任', en: 'Current mandates' },
  listButton: { ja: '暗証番号で見る', en: 'Show with the PIN' },
  forWhom: {
    ja: (who: string, whose: string) => `${who}が、${whose}の代わりに`,
    en: (who: string, whose: string) => `${who}, for ${whose}`,
  },
  none: { ja: '委任はありません。', en: 'There are no mandates.' },
  state: { ja: 'いま', en: 'Now' },
  uses: { ja: '使われた記録', en: 'Uses' },
  noUses: { ja: 'まだ使われていません。', en: 'Not used yet.' },
  login: { ja: 'ログイン', en: 'Login' },
  end: { ja: 'この委任を終わらせる', en: 'End this mandate' },
  notYours: {
    ja: '法律で決まっているので、あなたからは終わらせられません。親権者か後見人が終わらせるか、市区町村の記録が変わると終わります。',
    en: 'It is by law, and not yours to end: it ends by the parent or guardian, or in the records of the municipality.',
  },
  endTitle: { ja: '委任を終わらせますか？', en: 'End this mandate?' },
  endText: {
    ja: 'すぐに使えなくなり、いまログイン中なら、それも終わります。',
    en: 'It stops at once; whoever is logged in by it is logged out.',
  },
  endButton: { ja: '暗証番号で終わらせる', en: 'End it with the PIN' },
  keep: { ja: 'やめておく', en: 'Keep it' },
  ended: { ja: '委任を終わらせました', en: 'The mandate has ended' },

  forOther: { ja: 'ほかの方のために手続きする', en: 'I act for somebody else' },
  forOtherText: {
    ja: '任されている方だけです。暗証番号を入れて、だれのためかを選びます。',
    en: 'Only if somebody lets you. Enter the PIN, then choose for whom.',
  },
  choose: { ja: 'だれのためかを選ぶ', en: 'Choose for whom' },
  whom: { ja: 'だれのための手続きですか', en: 'For whom do you act?' },
  chooseNone: {
    ja: 'このサービスで任されている手続きはありません。',
    en: 'Nobody has let you act at this service.',
  },
  toldActing: {
    ja: '承認すると、あなたがこの方の代わりをすることが相手に伝わります。あなたの名前は伝わりません。',
    en: 'If you approve, the service learns that you act for this person. It does not learn your name.',
  },
  approveFor: { ja: 'この方のためにログインする', en: 'Log in for this person' },
  self: { ja: '自分のための手続きにもどる', en: 'Back to acting for myself' },
} as const

export const MANDATE_STATES = {
  offered: { ja: '相手の返事を待っています', en: 'Waiting for the other person' },
  standing: { ja: '有効です', en: 'In force' },
  withdrawn: { ja: '終わらせました', en: 'Ended' },
  expired: { ja: '期限が切れました', en: 'Expired' },
  fallen: { ja: 'もとの委任・親権・代表などが終わりました', en: 'What it stood on has ended' },
} as const satisfies Record<string, Words>

export const MANDATE_KIND_TEXTS = {
  general: { ja: '任された方', en: 'Somebody whom they trust' },
  parent: { ja: '親権者', en: 'Parent' },
  guardian: { ja: '未成年後見人', en: 'Guardian' },
  representative: { ja: '会社の代表者', en: 'Representative of the firm' },
  employee: { ja: '会社の社員', en: 'Employee of the firm' },
} as const satisfies Record<string, Words>
