// Sentences of a bank that shows the balance which its customer has at another one; in both languages.

export const TIE_MESSAGES = {
  title: { ja: 'ほかの金融機関の残高', en: 'Your balance elsewhere' },
  panelLead: {
    ja: (who: string) => `${who}に口座をお持ちの方は、その残高もここで見られます。`,
    en: (who: string) => `If you bank at ${who} too, you can see that balance here.`,
  },
  see: { ja: (who: string) => `${who}の残高を見る`, en: (who: string) => `See the balance at ${who}` },
  back: { ja: '口座にもどる', en: 'Back to your account' },
  askTitle: { ja: 'スマホで同意してください', en: 'Agree on your phone' },
  askLead: {
    ja: (who: string) => `${who}に、残高を問い合わせてもよいですか？ 問い合わせるのは、残高だけです。`,
    en: (who: string) => `May ${who} be asked for your balance? It is asked for nothing else.`,
  },
  free: {
    ja: '同意しなくても、この口座は今までどおり使えます。',
    en: 'If you say no, this account goes on as before.',
  },
  ask: { ja: 'スマホに確認を出す', en: 'Ask on my phone' },
  askAgain: { ja: 'もう一度、スマホに確認を出す', en: 'Ask on my phone again' },
  waitTitle: { ja: 'スマホで答えてください', en: 'Answer on your phone' },
  declined: { ja: 'スマホで断られました', en: 'You said no on the phone' },
  expired: { ja: '答えるまでの時間が過ぎました', en: 'The time to answer is over' },
  nothingAsked: { ja: '残高は問い合わせていません。', en: 'No balance was asked for.' },
  until: { ja: '見られる期間', en: 'Shown until' },
  untilDay: { ja: (day: string) => `${day}まで`, en: (day: string) => day },
  takeBack: {
    ja: 'やめるときは、スマホの「わたしのページ」で、つながりを切ってください。すぐに見られなくなります。',
    en: 'To end this, untie the two on “My own page” of your phone. It counts at once.',
  },
  ended: { ja: 'つながりが切られています', en: 'The two are tied no more' },
  endedText: {
    ja: 'あなたがスマホで切ったので、残高は出せません。もう一度見るには、新しく同意してください。',
    en: 'You untied them on the phone, so no balance is shown. To see it again, agree anew.',
  },
  over: { ja: '同意した期間が終わりました', en: 'The time that you agreed to is over' },
  overText: {
    ja: '残高は出せません。続けて見るには、新しく同意してください。',
    en: 'No balance is shown. To go on, agree anew.',
  },
  noCustomer: {
    ja: (who: string) => `${who}に、見られる口座がありません`,
    en: (who: string) => `No account to be seen at ${who}`,
  },
  noCustomerText: {
    ja: '口座がないか、マイナンバーと結びついていないか、利用が止まっています。相手の窓口でおたずねください。',
    en: 'There is none, it is not linked with My Number yet, or it is stopped. Please ask there.',
  },
  away: { ja: (who: string) => `${who}から、返事がありません`, en: (who: string) => `${who} does not answer` },
  awayText: {
    ja: 'あなたの口座と同意は、そのままです。少し待ってから、もう一度見てください。',
    en: 'Your accounts and your consent stand as they are. Please look again in a little while.',
  },
  again: { ja: 'もう一度見る', en: 'Look again' },
} as const
