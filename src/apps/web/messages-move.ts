// Texts of a certificate that moves to another SIM, and of certificates that have ended.

export const MOVE_MESSAGES = {
  offerTitle: { ja: 'このSIMに、証明書を移せます', en: 'Move your certificate to this SIM' },
  whyNewSim: { ja: 'この電話番号のSIMが新しくなりました', en: 'Your number has a new SIM' },
  whyLostSim: {
    ja: '前のSIMは、なくしたか、こわれたと届け出られています',
    en: 'The SIM before was reported lost or broken',
  },
  whyPortedOut: { ja: '電話番号が、別の携帯電話会社に移りました', en: 'Your number went to another carrier' },
  whyOtherSim: { ja: '別のSIMが入っています', en: 'There is another SIM in this phone' },
  serves: {
    ja: (day: string) => `前のSIMの証明書は、移し終わるまで使えます。${day}までに移してください。過ぎると失効します。`,
    en: (day: string) =>
      `The certificate in the old SIM works until it has moved. Move it by ${day}; after that it is revoked.`,
  },
  servesThere: {
    ja: '証明書は、前に入っていたSIMの中にあります。移し終わるまで、そちらで使えます。',
    en: 'Your certificate is in the SIM that was here before. It works there until it has moved.',
  },
  stoppedMeanwhile: {
    ja: '安全のため、前のSIMの証明書は、もう止めてあります。ここに移すと、前のものは失効します。',
    en: 'For your safety the certificate in it is stopped. Once it has moved here, that one is revoked.',
  },
  offerButton: { ja: '証明書を、ここに移す', en: 'Move the certificate here' },
  howTitle: { ja: '移し方（3分ほど）', en: 'How it goes (about three minutes)' },
  how1: { ja: 'マイナンバーカードをかざす', en: 'Hold your My Number Card to the phone' },
  how2: { ja: 'SMSで届いた番号を入れる', en: 'Enter the code that comes by SMS' },
  how3: { ja: '1分ほど待つ', en: 'Wait for about a minute' },
  how4: { ja: '暗証番号を決める。ここで前の証明書が失効する', en: 'Choose a PIN. Now the old certificate is revoked' },
  newKey: {
    ja: '鍵は写せないしくみです。新しいSIMの中で、新しい鍵と証明書をつくります。',
    en: 'A key is never copied. The new SIM makes a key of its own and gets a new certificate for it.',
  },
  putBack: {
    ja: '移さずに前の証明書を使うときは、前のSIMをスマホに戻してください。',
    en: 'To go on with the old certificate, put the old SIM back into the phone.',
  },
  putNewIn: {
    ja: '新しいSIMをスマホに入れて、そこで移してください。',
    en: 'Put the new SIM into the phone and move it there.',
  },
  formTitle: { ja: '証明書を、ここに移す', en: 'Move the certificate here' },
  formLead: {
    ja: 'ご本人であることを、マイナンバーカードで確かめます。今の証明書は、新しいほうが使えるようになるまで、そのままです。',
    en: 'Your My Number Card shows that it is you. The certificate that you have stays as it is until the new one works.',
  },
  formButton: { ja: 'カードをかざして、移す', en: 'Hold the card and move it' },
  doMoveHere: { ja: '前のスマホ・SIMから移す', en: 'Move it from another phone or SIM' },
  doMoveHereText: { ja: 'もう証明書を持っている方', en: 'If you have a certificate already' },
  acceptedLead: {
    ja: '次は、新しい証明書をこのSIMの中につくります。前の証明書は、まだそのままです。電波の届くところで、電源を切らずにお待ちください。',
    en: 'Next, a new certificate is made in this SIM. The one that you had stays as it is until then. Stay in reach of the network and leave the phone on.',
  },
  progressTitle: { ja: 'このSIMに、証明書を移しています', en: 'Moving the certificate to this SIM' },
  timeLeft: {
    ja: (seconds: number) => `あと${seconds}秒ほど`,
    en: (seconds: number) => `about ${seconds} seconds left`,
  },
  pinEndsOld: {
    ja: '暗証番号を決めると、前のSIMの証明書は失効します。',
    en: 'Once the PIN is set, the certificate in the old SIM is revoked.',
  },
  cancel: { ja: '移すのをやめる', en: 'Stop moving it' },
  cancelText: { ja: '前の証明書は、そのまま残ります。', en: 'The certificate that you had stays as it is.' },
  done: {
    ja: '証明書を、このSIMに移しました。前のSIMの証明書は失効しました。',
    en: 'The certificate is in this SIM now. The one in the old SIM is revoked.',
  },
  simTitle: { ja: 'このスマホのSIM', en: 'SIMs of this phone' },
  simInside: { ja: '入っています', en: 'in the phone' },
  simInsert: {
    ja: (carrier: string, end: string) => `${carrier}（末尾${end}）を入れる`,
    en: (carrier: string, end: string) => `Put in ${carrier}, ending ${end}`,
  },
  sim: {
    ja: (carrier: string, end: string) => `${carrier}（末尾${end}）`,
    en: (carrier: string, end: string) => `${carrier}, ending ${end}`,
  },

  endedLine: { ja: '回線の契約が終わりました', en: 'The contract for the line has ended' },
  endedLineText: {
    ja: '証明書は失効し、SIMの中には何も残っていません。新しい回線のSIMを入れると、また申し込めます。',
    en: 'The certificate is revoked, and nothing is left in the SIM. With a SIM of another line you can apply again.',
  },
  endedSim: { ja: 'SIMが替わりました', en: 'The SIM was replaced' },
  endedSimText: {
    ja: 'このSIMへの手続きは取り消されました。新しいSIMをスマホに入れて、申し込んでください。',
    en: 'What was under way for this SIM is undone. Put the new SIM into the phone and apply there.',
  },
  endedCard: {
    ja: 'マイナンバーカードの証明書が失効しました',
    en: 'The certificate of your My Number Card was revoked',
  },
  endedCardText: {
    ja: 'スマホの証明書も失効しました。新しいカードを受け取ってから、また申し込めます。心当たりがないときは、マイナンバー総合フリーダイヤルへご連絡ください。',
    en: 'So the one in the phone is revoked too. Once you have a new card you can apply again. If you do not know why, call the My Number hot line.',
  },
  endedOffice: { ja: '窓口かJ-LISで失効の手続きがされました', en: 'Revoked at the city office or by J-LIS' },
  endedOfficeText: {
    ja: 'SIMの中には何も残っていません。また申し込めます。',
    en: 'Nothing is left in the SIM. You can apply again.',
  },
  endedTime: { ja: '証明書の有効期限が切れました', en: 'The certificate has expired' },
  endedTimeText: {
    ja: 'マイナンバーカードの証明書も期限が切れているときは、先に市役所・町村役場で更新してください。そのあと、また申し込めます。',
    en: 'If the certificate of your card has expired too, have it renewed at your city office first. Then apply again.',
  },
  endedNotMoved: { ja: '移す期限が過ぎたため、失効しました', en: 'It was not moved in time and is revoked' },
  endedNotMovedText: { ja: '今のSIMで、また申し込めます。', en: 'You can apply again with the SIM that you have now.' },
  endedMoved: { ja: '証明書は、ほかのSIMに移りました', en: 'The certificate went to another SIM' },
  endedMovedText: {
    ja: 'このSIMの証明書は失効しました。鍵も残っていません。',
    en: 'The one in this SIM is revoked, and no key is left.',
  },
} as const
