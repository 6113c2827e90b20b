// Sentences of a bank's branch, where customers check in by holding the phone to the reader; in both languages.

export const BRANCH_MESSAGES = {
  title: { ja: '窓口の受付', en: 'Check in at the branch' },
  panelLead: {
    ja: '窓口にお越しの方は、リーダーにスマホをかざして受付できます。暗証番号はいりません。',
    en: 'If you are at the branch, hold your phone to the reader to check in. No PIN is needed.',
  },
  open: { ja: '窓口で受付する', en: 'Check in at the branch' },
  lead: {
    ja: 'リーダーにスマホをかざすと、窓口の係に、お越しになったことが伝わります。暗証番号はいりません。',
    en: 'Hold your phone to the reader, and the counter knows that you are here. No PIN is needed.',
  },
  nothingElse: {
    ja: '受付だけでは、口座の中身は見られません。スマホを拾った人が受付しても、口座は守られます。',
    en: 'Checking in shows nothing of your account, so a found phone opens nothing.',
  },
  begin: { ja: '受付をはじめる', en: 'Start' },
  done: { ja: '受付しました', en: 'You are checked in' },
  doneText: { ja: '係がお呼びするまで、お待ちください。', en: 'Please wait until you are called.' },
  until: { ja: (time: string) => `この受付は${time}まで有効です。`, en: (time: string) => `It counts until ${time}.` },
  stranger: {
    ja: 'このスマホは、まだ口座と結びついていません。ログインして、口座と結びつけてください。',
    en: 'This phone is not connected to an account yet. Log in to connect it.',
  },
  seeAccount: { ja: '待っているあいだに口座を見る', en: 'See the account while you wait' },
  pinTitle: { ja: '暗証番号がいります', en: 'This needs your PIN' },
  pinText: {
    ja: '口座を見るには、暗証番号を使うログインがいります。受付は、そのままでは口座を開きません。',
    en: 'To see the account you log in with your PIN. Checking in does not open it.',
  },
  pinButton: { ja: '暗証番号でログインする', en: 'Log in with my PIN' },
  back: { ja: '受付にもどる', en: 'Back to the check-in' },
  toBank: { ja: '銀行の最初の画面へ', en: 'To the first page of the bank' },
  leave: { ja: '受付を取り消す', en: 'Take the check-in back' },
  arrivals: { ja: '窓口にお越しの方', en: 'Customers at the branch' },
  now: { ja: 'いま受付している方', en: 'Checked in now' },
  nobody: { ja: 'いま受付している方はいません。', en: 'Nobody has checked in.' },
  arrived: { ja: '受付', en: 'Checked in' },
} as const
