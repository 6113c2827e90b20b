// Texts of acting for a firm, on the phone and at the desk of the platform.

import { FIRM } from '../../world/people.ts'
import type { Words } from './language.ts'

export const FIRM_MESSAGES = {
  title: { ja: '会社のために手続きする（代表者）', en: 'I represent a firm' },
  lead: {
    ja: '登記されている代表者だけです。はじめに申し出ると、認証基盤の職員2人が登記と見比べます。',
    en: 'For representatives in the commercial register. You claim it once, and two clerks of the platform compare it with the register.',
  },
  see: { ja: '暗証番号で会社を見る', en: 'Show my firms, with the PIN' },
  none: { ja: '申し出た会社はありません。', en: 'You have claimed no firm.' },
  number: { ja: '法人番号（13けた）', en: 'Corporate number (13 digits)' },
  numberHint: {
    ja: `登記や国税庁のサイトにある番号。練習用：${FIRM.number}`,
    en: `As in the register of corporate numbers. For practice: ${FIRM.number}`,
  },
  name: { ja: '会社の名前（登記のとおり）', en: 'Name of the firm, as registered' },
  nameHint: { ja: `例：${FIRM.name}`, en: 'For example: Minato Shipyard, Inc.' },
  state: { ja: 'いま', en: 'Now' },
  until: { ja: '終わる日', en: 'Until' },

  claim: { ja: '代表者だと申し出る', en: 'Claim to represent a firm' },
  claimLead: {
    ja: 'マイナンバーカードの署名で、名前と住所が職員に伝わります。登記と同じ住所でないときは、職員が断ることがあります。ほかの代表者と一緒でないと代表できない方（共同代表）は、ここでは手続きできません。',
    en: 'By the signature of the card the clerks learn your name and address. If the register has another address they may refuse. Who represents the firm only together with others cannot act for it here.',
  },
  claimButton: { ja: 'カードで署名して申し出る', en: 'Sign with the card and claim it' },
  claimShape: {
    ja: '法人番号の13けたと、会社の名前を確かめてください。法人番号は、まちがいがあると受け付けません。',
    en: 'Look at the thirteen digits and at the name once more. A number with a wrong digit is not taken.',
  },
  claimed: { ja: '申し出ました', en: 'Your claim was received' },
  claimedText: {
    ja: '職員2人が登記と見比べるまで、会社のためには何もできません。30日のうちに決まります。',
    en: 'Until two clerks have compared it with the register you can do nothing for the firm. It is decided within 30 days.',
  },

  begin: { ja: 'この会社のために手続きする', en: 'Act for this firm' },
  beginText: {
    ja: '選んだ手続きだけを、会社のためにできます。社員に任せる手続きも、ここで選んだ中からです。',
    en: 'You may do for the firm what you choose here, and let employees do of it what you like.',
  },
  office: { ja: 'あなたの役目', en: 'Your office' },
  officeHint: { ja: '例：代表取締役', en: 'For example: Chief executive' },
  themHint: { ja: '例：営業の担当者', en: 'For example: Sales' },
  purposeHint: { ja: '例：市の入札', en: 'For example: tenders of the city' },
  beginButton: { ja: '暗証番号で署名して始める', en: 'Sign with the PIN' },
  begun: { ja: '会社のために手続きできます', en: 'You can act for the firm' },
  begunText: {
    ja: 'サービスにログインするときに選べます。社員に任せるときは「いまの委任」から選びます。',
    en: 'Choose it when you log in at a service. To let an employee act, go to “What stands”.',
  },
  noService: {
    ja: 'いまは、会社の手続きを受け付けるサービスがありません。',
    en: 'No service lets people act for firms just now.',
  },

  employ: { ja: '社員に任せる', en: 'Let an employee act' },
  employText: {
    ja: '社員が自分のスマホで引き受けると、選んだ手続きだけを、会社のためにできます。',
    en: 'When the employee accepts on the own phone, they may do what you choose for the firm, and nothing else.',
  },
  employMore: {
    ja: 'いつでもすぐに終わらせられます。あなたが代表でなくなったときも、すぐに終わります。',
    en: 'You can end it at any moment. It also ends when you represent the firm no more.',
  },

  leave: { ja: '代表をやめる・申し出を取り下げる', en: 'Represent it no more, or take the claim back' },
  leaveText: {
    ja: 'この会社のための手続きは、社員に任せたものも、すぐにできなくなります。もう一度始めるには、申し出からです。',
    en: 'Nothing can be done for the firm by you or by employees you let act, at once. To begin again you claim it anew.',
  },
  leaveButton: { ja: '暗証番号でやめる', en: 'End it with the PIN' },
  left: { ja: '終わりました', en: 'It has ended' },

  // The desk.
  desk: { ja: '会社の代表者', en: 'Representatives of firms' },
  deskLead: {
    ja: '登記事項証明書で、商号、法人番号、代表者の名前と住所が同じことと、1人で代表できることを確かめます。1人が提案し、もう1人も確かめて承認します。',
    en: 'Compare name and number of the firm, and name and address of the person, with the certificate of registered matters, and see that the person represents the firm alone. One clerk proposes, another compares too and releases.',
  },
  waiting: { ja: '見比べを待っている申し出', en: 'Claims to be compared' },
  noneWaits: { ja: '待っている申し出はありません。', en: 'No claim waits.' },
  standing: { ja: 'いまの代表者', en: 'Who represents a firm now' },
  noneStands: { ja: '代表者はいません。', en: 'Nobody does.' },
  firm: { ja: '会社', en: 'Firm' },
  person: { ja: '申し出た人', en: 'Who claims it' },
  address: { ja: '住所', en: 'Address' },
  birthDate: { ja: '生年月日', en: 'Date of birth' },
  claimedAt: { ja: '申し出た日', en: 'Claimed on' },
  reason: { ja: '見た登記、または理由', en: 'What you saw in the register, or why' },
  propose: { ja: '登記のとおりだと提案する', en: 'Propose: as in the register' },
  refuse: { ja: '申し出を断る', en: 'Refuse the claim' },
  joint: { ja: '共同代表なので断る・終わらせる', en: 'Refuse or end it: only together with others' },
  end: { ja: '代表を終わらせる', en: 'End it' },
  endOf: { ja: (name: string) => `${name}の代表を終わらせる`, en: (name: string) => `End it for ${name}` },
  strike: { ja: '会社がなくなった（閉鎖の登記）', en: 'A firm is struck off' },
  strikeLead: {
    ja: 'この会社の代表者と社員は、すぐに何もできなくなります。',
    en: 'Nobody can do anything for this firm any more, at once.',
  },
  strikeButton: { ja: 'この会社の代表をすべて終わらせる', en: 'End all that stands for this firm' },
  strikeShape: { ja: '法人番号の13けたを確かめてください。', en: 'Look at the thirteen digits of the number.' },
  actPropose: { ja: '会社の代表者の提案', en: 'propose a representative' },
  actWithdraw: { ja: '会社の代表者の提案の取り下げ', en: 'take back: a representative' },
  actRepresent: { ja: '会社の代表者を認める', en: 'a representative of a firm' },
  actEnd: { ja: '会社の代表を断る・終わらせる', en: 'refuse or end a representative' },
  actStrike: { ja: '会社の閉鎖', en: 'strike a firm off' },
} as const

export const FIRM_STATES = {
  claimed: { ja: '職員が見比べています', en: 'Clerks compare it with the register' },
  standing: { ja: '代表者です', en: 'You represent it' },
  refused: { ja: '断られました', en: 'Was refused' },
  joint: {
    ja: '登記では、ほかの代表者と一緒でないと代表できません（共同代表）。ここでは手続きできません。',
    en: 'By the register you represent it only together with others: that cannot be done here',
  },
  ended: { ja: '終わりました', en: 'Has ended' },
  struck: { ja: '会社がなくなりました', en: 'The firm was struck off' },
  expired: { ja: '期限が切れました', en: 'Its time is over' },
} as const satisfies Record<string, Words>
