// Sentences about a finger or a face in place of the PIN.

export const FINGER_MESSAGES = {
  title: { ja: '指紋・顔で承認', en: 'Fingerprint or face' },
  do: { ja: '指紋・顔で承認', en: 'Fingerprint or face' },
  tile_off: { ja: '使っていません', en: 'Not in use' },
  tile_on: { ja: '使っています', en: 'In use' },
  tile_paused: { ja: '休んでいます。暗証番号で承認すると、また使えます', en: 'Resting: approve once with the PIN' },
  lead: {
    ja: 'ログインや電話での確認のとき、暗証番号を入れるかわりに、このスマホの指紋や顔で承認できます。',
    en: 'When you log in or confirm on the telephone, your finger or face can stand for the PIN on this phone.',
  },
  before: { ja: '使う前に、知っておいてください', en: 'Before you turn it on' },
  stays: {
    ja: '指紋や顔は、このスマホの外に出ません。アプリにも、サービスにも、役所にも渡りません。',
    en: 'Your fingerprint and your face stay inside this phone. No app, no service and no office gets them.',
  },
  others: {
    ja: 'このスマホに指紋や顔を登録した人は、だれでも、あなたとして承認できます。画面ロックの番号を知っている人も同じです。家族の指紋を登録しているときは、使わないでください。',
    en: 'Whoever’s finger or face this phone knows can approve as you, and so can whoever knows the code of its screen lock. If it knows a relative’s finger, leave this off.',
  },
  pinStays: {
    ja: '暗証番号は、これからも必要です。暗証番号でなければ進めないサービスがあります。',
    en: 'You still need the PIN: some services take nothing else.',
  },
  ends: {
    ja: '暗証番号を変えると、指紋・顔は使えなくなります。そのときは、ここでもう一度使えるようにしてください。',
    en: 'When the PIN changes, finger and face stop working. Turn them on here again.',
  },
  twice: {
    ja: '暗証番号を入れてボタンを押すと、スマホが指紋か顔を2回たずねます。',
    en: 'Enter the PIN and press the button. The phone then asks for your finger or face twice.',
  },
  turnOn: { ja: '指紋・顔を使えるようにする', en: 'Turn on fingerprint or face' },
  turnedOn: { ja: '指紋・顔で承認できるようになりました。', en: 'You can approve with your fingerprint or face now.' },
  isOn: { ja: '指紋・顔で承認できます。', en: 'Your fingerprint or face can approve.' },
  renew: {
    ja: 'スマホに指紋や顔を登録しなおしたあと、承認できなくなったときは、いちどやめてから、もう一度使えるようにしてください。',
    en: 'If it no longer works after you changed fingers or faces in the phone’s settings, turn it off and on again.',
  },
  turnOff: { ja: '指紋・顔を使うのをやめる', en: 'Turn off fingerprint and face' },
  turnedOff: {
    ja: '指紋・顔を使うのをやめました。これからは暗証番号だけで承認します。',
    en: 'Fingerprint and face are off. From now on only the PIN approves.',
  },
  unable: { ja: 'このスマホでは、いま使えません', en: 'This phone cannot do it now' },
  unableHelp: {
    ja: 'スマホの設定で画面ロックと、指紋か顔を登録してから、このページをもう一度開いてください。それでも使えないときは、暗証番号で承認してください。',
    en: 'Set up a screen lock and a finger or face in its settings, then open this page again. If it still cannot, approve with the PIN.',
  },
  noScript: {
    ja: 'ブラウザのJavaScriptが止まっているため、使えません。暗証番号で承認できます。',
    en: 'It needs JavaScript, which is off in this browser. The PIN works without it.',
  },
  numbers: {
    ja: (origin: string) =>
      `このページは、数字だけのアドレス（${origin}）で開いているため、指紋・顔を使えません。Kazasuを --origin http://localhost:8080 のように、名前のあるアドレスで起動してください。`,
    en: (origin: string) =>
      `This page has an address in numbers (${origin}), for which no browser asks for a finger or face. Start Kazasu with an address that has a name, such as --origin http://localhost:8080.`,
  },
  noKey: {
    ja: 'このスマホの指紋・顔の機能は、暗証番号を守る鍵を作れないため、使えません。暗証番号で承認してください。',
    en: 'The fingerprint or face of this phone gives no key that could protect the PIN, so it cannot be used. Approve with the PIN.',
  },
  copied: {
    ja: 'このスマホの鍵は、ほかの機器にもコピーされる種類のものでした。安全のため、使えません。暗証番号で承認してください。',
    en: 'The key of this phone may be copied to other devices. To be safe it is not used. Approve with the PIN.',
  },
  notMade: {
    ja: '指紋・顔を確かめられなかったか、途中でやめたため、まだ使えません。暗証番号を入れて、もう一度押してください。',
    en: 'Your finger or face was not recognised, or you stopped. It is still off. Enter the PIN and press again.',
  },
  approve: { ja: '指紋・顔で承認する', en: 'Approve with fingerprint or face' },
  or: { ja: 'または、暗証番号で承認します。', en: 'Or approve with the PIN.' },
  resting: {
    ja: '指紋・顔は休んでいます。暗証番号で承認すると、また使えます。',
    en: 'Fingerprint and face are resting. Approve with the PIN, and they work again.',
  },
} as const
