// Sentences of a login at which a service asks to be told something of the person; in both languages.

export const CLAIM_MESSAGES = {
  title: { ja: 'サービスに伝えること', en: 'What the service is told' },
  needed: {
    ja: 'サービスに必要なもの（承認すると伝わります）',
    en: 'What the service needs (told when you approve)',
  },
  chosen: {
    ja: '伝えたいものだけ、選んでください。選ばなくてもログインできます。',
    en: 'Tick only what you want to tell. You can log in without.',
  },
  why: { ja: (purpose: string) => `理由：${purpose}`, en: (purpose: string) => `Reason: ${purpose}` },
  noReason: { ja: '理由は書かれていません', en: 'No reason is given' },
  withReason: {
    ja: (what: string, why: string) => `${what}（${why}）`,
    en: (what: string, why: string) => `${what} (${why})`,
  },
  name: { ja: '名前', en: 'Name' },
  address: { ja: '住所', en: 'Address' },
  birthdate: { ja: '生年月日', en: 'Date of birth' },
  gender: { ja: '性別', en: 'Gender' },
  age: {
    ja: (limit: number) => `${limit}歳以上かどうか（はい・いいえだけ）`,
    en: (limit: number) => `Whether you are ${limit} or older (yes or no only)`,
  },
  byConsent: {
    ja: '名前・住所・生年月日・性別は、このサービスに知らせることに前にカードで署名して同意しているときだけ、J-LISから伝わります。',
    en: 'Name, address, date of birth and gender come from J-LIS, and only if you agreed before, by a signature with your card, that this service may know them.',
  },
  notByCard: {
    ja: 'このサービスは、名前などを知らせてほしいと言っています。カードでログインすると、それは伝わりません。',
    en: 'This service would like to be told more of you, such as your name. When you log in with the card, it is not told.',
  },
  nothingElse: {
    ja: 'ほかには、あなた本人であることだけが伝わります。マイナンバーは伝わりません。',
    en: 'Beside that, the service only learns that it is you. My Number is not passed on.',
  },
} as const
