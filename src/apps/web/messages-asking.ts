// Sentences of the kiosk of a shop, and of a phone whose owner is asked for an age or for consent; in both languages.

export const KIOSK_MESSAGES = {
  title: { ja: 'セルフレジ', en: 'Self-service till' },
  choose: { ja: '商品を選んでください', en: 'Choose a product' },
  chooseLead: {
    ja: '年齢の決まりがある商品です。その年齢になっているかどうかだけを、スマホの証明書で確かめます。',
    en: 'These depend on your age. The certificate in your phone tells us whether you have reached it, and nothing else.',
  },
  buy: {
    ja: (what: string, limit: number) => `${what}（${limit}歳以上）`,
    en: (what: string, limit: number) => `${what} (${limit} or older)`,
  },
  askTitle: { ja: (limit: number) => `${limit}歳以上ですか？`, en: (limit: number) => `Are you ${limit} or older?` },
  askLead: {
    ja: 'ご自分のスマホを開いて、答えてください。名前や生年月日は、お店に伝わりません。',
    en: 'Answer on your own phone. The shop learns neither your name nor your date of birth.',
  },
  open: { ja: 'スマホを端末に近づける', en: 'Hold your phone to the till' },
  openHint: {
    ja: 'この世界では、近づけるかわりに、持ち主のスマホを選びます。',
    en: 'In this world, choose whose phone it is instead.',
  },
  waiting: { ja: 'お返事を待っています', en: 'Waiting for your answer' },
  cancel: { ja: '買うのをやめる', en: 'Do not buy' },
  yesTitle: { ja: 'はい', en: 'Yes' },
  yes: { ja: (limit: number) => `${limit}歳以上です。`, en: (limit: number) => `${limit} or older.` },
  yesHelp: { ja: '商品をお渡しできます。', en: 'The product may be handed over.' },
  noTitle: { ja: 'いいえ', en: 'No' },
  no: { ja: (limit: number) => `${limit}歳になっていません。`, en: (limit: number) => `Not yet ${limit}.` },
  noHelp: { ja: 'この商品は、お渡しできません。', en: 'The product cannot be handed over.' },
  undeterminedTitle: { ja: '確かめられませんでした', en: 'There is no answer' },
  undetermined: {
    ja: 'このスマホの証明書では、年齢を確かめられません。係の者をお呼びください。',
    en: 'The certificate of this phone gives no answer. Please call a member of staff.',
  },
  declinedTitle: { ja: '答えないことになりました', en: 'You chose not to answer' },
  declined: {
    ja: '何も伝わっていません。この商品はお渡しできません。',
    en: 'Nothing was told. The product cannot be handed over.',
  },
  expiredTitle: { ja: '時間が過ぎました', en: 'The time is over' },
  expired: {
    ja: '何も伝わっていません。もう一度、商品を選んでください。',
    en: 'Nothing was told. Please choose the product again.',
  },
  again: { ja: '最初の画面へ', en: 'To the first screen' },
} as const

export const ASKING_MESSAGES = {
  ageTitle: { ja: '年齢の確認', en: 'Your age' },
  ageLead: { ja: (who: string) => `${who}が、あなたに質問しています。`, en: (who: string) => `${who} asks you:` },
  ageQuestion: { ja: (limit: number) => `${limit}歳以上ですか？`, en: (limit: number) => `Are you ${limit} or older?` },
  code: { ja: '確認の番号', en: 'Number to compare' },
  compare: { ja: 'お店の画面の番号と同じですか？', en: 'Does the screen of the shop show the same?' },
  compareBank: { ja: '銀行の画面の番号と同じですか？', en: 'Does the screen of the bank show the same?' },
  who: { ja: '質問した相手', en: 'Who asks' },
  through: { ja: '間に入る認証基盤', en: 'Through the platform' },
  known: { ja: 'J-LISの認定', en: 'Accredited by J-LIS' },
  yes: { ja: 'あり', en: 'yes' },
  until: { ja: '答える期限', en: 'Answer before' },
  told: { ja: '伝わること', en: 'What is told' },
  toldAge: {
    ja: (limit: number) => `${limit}歳以上か、そうでないか。それだけです。`,
    en: (limit: number) => `Whether you are ${limit} or older. That is all.`,
  },
  notTold: { ja: '伝わらないこと', en: 'What is not told' },
  notToldAge: {
    ja: '名前、住所、生年月日、性別、証明書の番号。前にも来た人かどうかも、分かりません。',
    en: 'Name, address, date of birth, gender, number of the certificate. Not even whether you have been here before.',
  },
  answer: { ja: '暗証番号で答える', en: 'Answer with the PIN' },
  decline: { ja: '答えない', en: 'Do not answer' },
  reached: {
    ja: (limit: number) => `「はい、${limit}歳以上です」と伝わりました`,
    en: (limit: number) => `Told: yes, ${limit} or older`,
  },
  notReached: {
    ja: (limit: number) => `「いいえ、${limit}歳になっていません」と伝わりました`,
    en: (limit: number) => `Told: no, not yet ${limit}`,
  },
  onlyThat: { ja: 'それ以外は、何も伝わっていません。', en: 'Nothing else was told.' },
  undetermined: { ja: '答えは出ませんでした', en: 'There was no answer' },
  undeterminedText: {
    ja: 'この証明書では、J-LISが答えません。お店には「はい」も「いいえ」も伝わっていません。',
    en: 'J-LIS does not answer for this certificate. The shop heard neither yes nor no.',
  },
  declined: { ja: '答えないことにしました', en: 'You did not answer' },
  declinedText: { ja: '相手には、断ったことだけが伝わりました。', en: 'All that was told is that you declined.' },
  expired: { ja: '時間が過ぎました', en: 'The time is over' },
  expiredText: { ja: '何も伝わっていません。', en: 'Nothing was told.' },
  notReady: { ja: 'このスマホには、使える証明書がありません', en: 'This phone has no certificate ready for use' },
  notReadyText: {
    ja: '先に、証明書を入れて暗証番号を決めてください。',
    en: 'Install the certificate and choose a PIN first.',
  },

  consentTitle: { ja: '情報の提供への同意', en: 'Your consent' },
  consentLead: {
    ja: (who: string) =>
      `${who}が、お願いしています。引っ越しなどで変わったとき、次の情報をJ-LISから受け取ってもよいですか？`,
    en: (who: string) => `${who} asks: when one of these changes, may it be told by J-LIS?`,
  },
  items: { ja: '受け取る情報', en: 'What it would be told' },
  name: { ja: '氏名', en: 'Name' },
  address: { ja: '住所', en: 'Address' },
  birthDate: { ja: '生年月日', en: 'Date of birth' },
  gender: { ja: '性別', en: 'Gender' },
  term: { ja: '期間', en: 'For how long' },
  termText: {
    ja: '明日から10年間。いつでも取り消せます。',
    en: 'Ten years from tomorrow. You can take it back at any time.',
  },
  free: { ja: '同意しなくても、不利になることはありません。', en: 'You may say no; nothing is taken from you for it.' },
  agree: { ja: 'カードをかざして同意する', en: 'Hold the card and agree' },
  disagree: { ja: '同意しない', en: 'Do not agree' },
  given: { ja: '同意しました', en: 'You agreed' },
  givenText: {
    ja: '取り消すときは、スマホの「同意の一覧」を開いてください。',
    en: 'To take it back, open “What I agreed to” on this phone.',
  },
  disagreed: { ja: '同意しませんでした', en: 'You did not agree' },

  doConsents: { ja: '同意の一覧', en: 'What I agreed to' },
  doConsentsText: { ja: 'だれに何を教えてよいか。取り消しも', en: 'Who may be told what; take it back here' },
  listLead: {
    ja: '暗証番号を入れると、J-LISに聞いて一覧を出します。',
    en: 'Enter the PIN, and J-LIS is asked for the list.',
  },
  list: { ja: '一覧を見る', en: 'Show the list' },
  none: { ja: '同意しているものは、ありません。', en: 'You have agreed to nothing.' },
  from: { ja: '開始', en: 'From' },
  to: { ja: '終わり', en: 'Until' },
  withdraw: { ja: '取り消す', en: 'Take it back' },
  withdrawTitle: { ja: '同意を取り消す', en: 'Take a consent back' },
  withdrawLead: {
    ja: (who: string) => `${who}への同意を取り消します`,
    en: (who: string) => `You take back your consent to ${who}`,
  },
  withdrawText: {
    ja: 'すぐに効きます。J-LISは、もう何も答えません。',
    en: 'It ends at once: J-LIS will answer nothing more.',
  },
  withdrawButton: { ja: 'カードをかざして取り消す', en: 'Hold the card and take it back' },
  keep: { ja: '取り消さない', en: 'Keep it' },
  withdrawn: { ja: '同意を取り消しました', en: 'Your consent was taken back' },

  bankTitle: { ja: '住所などが変わったとき', en: 'When your address changes' },
  bankLead: {
    ja: '同意をいただくと、お引っ越しのあとの届け出がいらなくなります。',
    en: 'With your consent you need not tell us when you move.',
  },
  bankAsk: { ja: '同意の画面へ', en: 'Give consent' },
  bankWaitTitle: { ja: 'スマホで答えてください', en: 'Answer on your phone' },
  bankOver: { ja: '同意はいただいていません。', en: 'You have not given consent.' },
  bankGiven: {
    ja: (until: string) => `同意をいただいています（${until}まで）。`,
    en: (until: string) => `You have given consent (until ${until}).`,
  },
  bankFrom: { ja: (from: string) => `${from}から有効です。`, en: (from: string) => `It is in force from ${from}.` },
  bankCheck: { ja: '今の情報を確かめる', en: 'Ask J-LIS now' },
  bankSame: { ja: '変わったところはありません。', en: 'Nothing has changed.' },
  bankChanged: { ja: 'J-LISから新しい情報を受け取りました。', en: 'J-LIS told us what is new.' },
} as const
