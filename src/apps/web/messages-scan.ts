// Sentences of a login on one device that is approved by the phone on another; in both languages.

export const SCAN_MESSAGES = {
  onScreen: { ja: 'スマホで読み取る', en: 'Read it with your phone' },
  onScreenLead: {
    ja: 'スマホの「画面のコードを読み取る」を開き、このコードにかざしてください。コードは1秒ごとに変わります。',
    en: 'On your phone, open “Read the code on a screen” and point it here. The code changes every second.',
  },
  picture: { ja: 'ログインのコード（QRコード）', en: 'Login code (QR code)' },
  inThisWorld: {
    ja: 'この世界では、カメラのかわりに選びます。',
    en: 'In this world, choose the phone instead of a camera.',
  },
  hold: { ja: (whose: string) => `${whose}のスマホをかざす`, en: (whose: string) => `Hold this phone to it: ${whose}` },
  read: { ja: 'スマホがコードを読み取りました', en: 'A phone has read the code' },
  readText: {
    ja: 'あなたのスマホでなければ、このページを閉じてください。',
    en: 'If it was not your phone, close this page.',
  },
  sameDevice: { ja: 'このスマホで承認する', en: 'Approve on this device' },
  goOnInApp: { ja: 'スマホのアプリから続けてください', en: 'Go on from the app on your phone' },
  goOnInAppText: {
    ja: '承認は済みました。スマホの「ログインの画面に戻る」を押すと、手続きが進みます。このページは閉じてかまいません。',
    en: 'It is approved. Press “Back to the login screen” on the phone. You can close this page.',
  },
  title: { ja: '画面のコードを読み取る', en: 'Read the code on a screen' },
  doScan: { ja: '画面のコードを読み取る', en: 'Read the code on a screen' },
  doScanText: {
    ja: 'パソコンでのログインを、このスマホで承認します',
    en: 'Approve a login on a computer with this phone',
  },
  lead: {
    ja: '自分で開いたログイン画面のコードだけを読み取ってください。メールやメッセージで送られてきたコードは読み取らないでください。',
    en: 'Read a code only from a login screen that you opened yourself. Never one that somebody sent you.',
  },
  field: { ja: 'コードの文字', en: 'The code as text' },
  fieldHint: {
    ja: 'この世界では、カメラのかわりに文字を入れます。',
    en: 'In this world the text stands for the camera.',
  },
  button: { ja: '読み取る', en: 'Read' },
  form: { ja: 'ログイン画面のコードではありません。', en: 'This is not the code of a login screen.' },
  inFront: {
    ja: 'その画面は、いま目の前にありますか。電話やメッセージで頼まれた場合は、「断る」を押してください。',
    en: 'Is that screen in front of you now? If somebody asked you by phone or message to do this, press “Decline”.',
  },
  approved: {
    ja: '読み取った画面で、手続きが進みます。',
    en: 'It goes on at the screen that you read the code from.',
  },
} as const
