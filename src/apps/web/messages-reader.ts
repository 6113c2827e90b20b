// Sentences of a login at a reader of the service: on the login screen, and on the reader itself; in both languages.

export const READER_MESSAGES = {
  hold: { ja: 'リーダーにかざす', en: 'Hold to the reader' },
  holdLead: {
    ja: 'このサービスの窓口では、リーダーにマイナンバーカードかスマホをかざしてログインできます。暗証番号は、リーダーで入れます。',
    en: 'At a counter of this service you can hold your My Number Card or your phone to the reader. The PIN is entered at the reader.',
  },
  holdTouchLead: {
    ja: 'このサービスの窓口では、リーダーにかざしてログインできます。スマホなら、暗証番号はいりません。',
    en: 'At a counter of this service you can log in at the reader. A phone needs no PIN here.',
  },
  inThisWorld: {
    ja: 'この世界では、リーダーがこの画面のコードを読み取るかわりに選びます。',
    en: 'In this world, choose the reader instead of letting it read the code on this screen.',
  },
  goOn: { ja: (reader: string) => `${reader}で続ける`, en: (reader: string) => `Go on at: ${reader}` },
  taken: { ja: 'リーダーにかざしてください', en: 'Hold your card or phone to the reader' },
  compareHere: {
    ja: 'リーダーにも同じ番号が出ることを確かめてください。目の前のリーダーでなければ、このページを閉じてください。',
    en: 'Check that the reader shows the same number. If it is not the reader in front of you, close this page.',
  },
  waiting: {
    ja: 'リーダーを待っています。この画面は自動で進みます。',
    en: 'Waiting for the reader. This page goes on by itself.',
  },
  notTold: {
    ja: 'リーダーでログインすると、サービスが知りたいと言っていることは伝わりません。',
    en: 'A login at the reader tells the service nothing of what it asks to know.',
  },
  title: { ja: '窓口のリーダー', en: 'Reader at the counter' },
  idle: { ja: 'ログインのコードを読み取ります', en: 'Show the code of your login' },
  idleText: {
    ja: '自分で開いたログイン画面のコードを、このリーダーに読み取らせてください。',
    en: 'Hold the code on the login screen that you opened yourself to this reader.',
  },
  which: { ja: 'リーダー', en: 'Reader' },
  place: { ja: '場所', en: 'Place' },
  for: { ja: 'ログイン先', en: 'You log in to' },
  compare: {
    ja: 'ログイン画面にも同じ番号が出ていることを確かめてください。ちがうときは、「やめる」を押してください。',
    en: 'Check that the login screen shows the same number. If not, press “Stop”.',
  },
  touch: { ja: '暗証番号なしで、スマホをかざす', en: 'Hold a phone to it, without a PIN' },
  touchText: {
    ja: 'スマホだけです。マイナンバーカードには、暗証番号がいります。',
    en: 'Only with a phone. A My Number Card needs its PIN.',
  },
  touchSend: { ja: '暗証番号なしでかざす', en: 'Hold it without a PIN' },
  withPin: { ja: '暗証番号を入れてかざす', en: 'With the PIN' },
  what: { ja: 'かざすもの', en: 'What you hold to the reader' },
  cardOf: { ja: (whose: string) => `${whose}のマイナンバーカード`, en: (whose: string) => `My Number Card: ${whose}` },
  phoneOf: { ja: (whose: string) => `${whose}のスマホ`, en: (whose: string) => `Phone: ${whose}` },
  pin: { ja: '4けたの暗証番号', en: 'Four-digit PIN' },
  pinHint: {
    ja: 'カードなら利用者証明用の暗証番号、スマホならスマホの暗証番号です。番号は、このリーダーの外に出ません。',
    en: 'Of the card, or of the phone. It does not leave this reader.',
  },
  pinForm: { ja: '4けたの数字を入れてください。', en: 'Enter four digits.' },
  choose: { ja: 'かざすものを選んでください。', en: 'Choose what you hold to the reader.' },
  send: { ja: 'かざしてログインする', en: 'Hold it and log in' },
  stop: { ja: 'やめる', en: 'Stop' },
  done: { ja: 'ログインしました', en: 'You are logged in' },
  doneText: {
    ja: 'お手元の画面で、手続きが進みます。カードをお取りください。',
    en: 'Go on at your own screen. Please take your card.',
  },
  refused: { ja: 'ログインできませんでした', en: 'You could not be logged in' },
  refusedHelp: {
    ja: 'カードやスマホをお取りになり、窓口の係にお声がけください。',
    en: 'Please take your card or phone, and ask the staff at the counter.',
  },
  next: { ja: '次の方へ', en: 'Next person' },
  play: { ja: '銀行の窓口でログインする', en: 'Log in at the counter of the bank' },
  playText: {
    ja: '銀行のログイン画面から、窓口のリーダーに進みます。カードかスマホをかざし、暗証番号を入れます。',
    en: 'From the login screen of the bank to the reader at its counter: hold a card or a phone to it, with the PIN.',
  },
} as const
