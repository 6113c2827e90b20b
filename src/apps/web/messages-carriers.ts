// Sentences of the carriers' screen, in both languages.

export const CARRIER_MESSAGES = {
  title: { ja: '回線・SIM・スマホの組み合わせ', en: 'Lines, SIMs and phones' },
  lead: {
    ja: 'どの組み合わせで書き込めるかの表です。書き込めないときは、何も送る前に理由をお知らせします。',
    en: 'Which combinations can have the certificate. Where one cannot, the reason is told before anything is sent.',
  },
  sim: { ja: 'SIM', en: 'SIM' },
  device: { ja: 'スマホ', en: 'Phone' },
  SIMPLE: { ja: '携帯電話会社が入れます。', en: 'The carrier loads the applet.' },
  DELEGATED: {
    ja: 'J-LISが、携帯電話会社の許可（トークン）を受けて入れます。',
    en: 'J-LIS loads it, with a token of the carrier for each command.',
  },
  hosted: {
    ja: 'SIMも設備も、回線を借りている会社のものを使います。',
    en: 'SIMs and systems are those of the network that it uses.',
  },
  mobile: { ja: 'モバイル通信', en: 'Mobile data' },
  wifi: { ja: 'Wi-Fiだけ', en: 'Wi-Fi alone' },
  'short-messages': { ja: 'SMSだけ', en: 'SMS alone' },
  none: { ja: '圏外', en: 'No network' },
  proxy: { ja: 'TSMプロキシで入れます', en: 'by the TSM proxy' },
  https: { ja: 'SIMがサーバーに接続して入れます', en: 'the SIM calls the server' },
  sms: { ja: 'SMSで入れます', en: 'by message' },
  proxyShort: { ja: 'プロキシ', en: 'proxy' },
  httpsShort: { ja: 'サーバー', en: 'server' },
  smsShort: { ja: 'SMS', en: 'SMS' },
  legend: { ja: '表の見かた', en: 'What the words mean' },
  suspendedLines: {
    ja: '表は、使用中の回線のものです。停止中の回線には、どの組み合わせでも書き込めません。',
    en: 'The tables are of lines in use. On a suspended line nothing can be written, whatever SIM and phone are.',
  },
  toShop: { ja: (carrier: string) => `${carrier}の店へ`, en: (carrier: string) => `To the shop of ${carrier}` },
} as const
