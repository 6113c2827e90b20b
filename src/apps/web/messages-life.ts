// Texts of what happens to a certificate after it is there: stop, found again, renewal, a forgotten PIN, a lost phone, history.

export const LIFE_MESSAGES = {
  inNeed: { ja: 'こまったとき', en: 'When something is wrong' },
  settings: { ja: '設定と記録', en: 'Settings and records' },
  doStop: { ja: '一時的に止める', en: 'Stop it for a while' },
  doStopText: { ja: '人に預けるとき、見あたらないとき', en: 'When the phone is out of your hands' },
  stopTitle: { ja: '証明書を一時的に止める', en: 'Stop the certificate for a while' },
  stopLead: { ja: 'すぐに使えなくなります', en: 'It cannot be used from now on' },
  stopText: {
    ja: '止めるのに、暗証番号もカードもいりません。もう一度使うときは、マイナンバーカードをこのスマホにかざします。暗証番号は今のままです。',
    en: 'Stopping it needs neither PIN nor card. To use it again, hold your My Number Card to this phone. The PIN stays as it is.',
  },
  stopButton: { ja: '止める', en: 'Stop it' },
  goBack: { ja: '何もせずに、もどる', en: 'No, go back' },
  stoppedNow: { ja: '証明書を止めました。', en: 'The certificate is stopped.' },

  seeHome: {
    ja: '証明書が止められています。アプリの最初の画面で、また使う方法を確かめてください。',
    en: 'The certificate is stopped. The first screen of the app says how to use it again.',
  },
  stoppedBy: { ja: '止めた人', en: 'Stopped by' },
  mayResume: {
    ja: 'カードをかざすと、同じ暗証番号でまた使えます。',
    en: 'Hold your card, and it works again with the same PIN.',
  },
  counterResumes: {
    ja: 'また使うには、マイナンバーカードを持って、市役所・町村役場の窓口へお越しください。',
    en: 'To use it again, come to your city office with your My Number Card.',
  },
  carrierResumes: {
    ja: '回線が止まっています。携帯電話会社で回線を使えるようにすると、証明書もまた使えます。',
    en: 'The line is suspended. Once your carrier lets it go on, the certificate works again.',
  },
  authorityResumes: {
    ja: 'マイナンバーカードの証明書が止まっているか、J-LISが止めています。マイナンバー総合フリーダイヤルか、市役所・町村役場の窓口でおたずねください。',
    en: 'The certificate of your card is stopped, or J-LIS stopped this one. Ask the My Number hot line or your city office.',
  },
  resumeTitle: { ja: '止めた証明書を、また使う', en: 'Use the certificate again' },
  resumeLead: {
    ja: 'スマホが手元にあることを確かめてから、マイナンバーカードをかざしてください。',
    en: 'Make sure that the phone is in your own hands. Then hold your My Number Card to it.',
  },
  resumeButton: { ja: 'カードをかざして、また使う', en: 'Hold the card and use it again' },
  resumingTitle: { ja: 'また使えるようにしています', en: 'Making it usable again' },
  stepWake: { ja: 'SIMの中の証明書を使えるようにする', en: 'The certificate in the SIM is made usable' },
  stepRelease: { ja: '認証局に、有効に戻したことを届ける', en: 'The authority makes it valid again' },

  renewSoon: { ja: 'もうすぐ有効期限です', en: 'It ends soon' },
  doRenew: { ja: '証明書を更新する', en: 'Renew the certificate' },
  renewTitle: { ja: '証明書を更新する', en: 'Renew the certificate' },
  renewText: {
    ja: 'SIMの中に新しい鍵をつくり、新しい証明書に替えます。暗証番号は今のままで、カードもいりません。1分ほどで終わり、途中で電源が切れても、続きから再開します。',
    en: 'The SIM makes a new key, and a new certificate takes the place of this one. The PIN stays; no card is needed. It takes about a minute, and goes on where it was if the power fails.',
  },
  renewButton: { ja: '更新する', en: 'Renew' },
  renewingTitle: { ja: '証明書を更新しています', en: 'Renewing the certificate' },
  stepNextKeyPair: { ja: 'SIMの中で、新しい鍵をつくる', en: 'The SIM makes a new key' },
  stepNextIssue: { ja: '認証局が新しい証明書を発行する', en: 'The authority issues the new certificate' },
  stepNextWrite: { ja: '新しい証明書に入れ替える', en: 'The new certificate takes its place' },
  stepOldRevoke: { ja: '古い証明書を失効させる', en: 'The old one is revoked' },
  renewalUndoneTitle: { ja: '更新をやめて、元に戻しています', en: 'The renewal is being undone' },
  stepNextRevoke: { ja: '新しい証明書を失効させる', en: 'The new certificate is revoked' },
  stepNextDrop: { ja: '新しい鍵を消す', en: 'The new key is deleted' },

  resetTitle: { ja: '暗証番号を決め直す', en: 'Set a new PIN' },
  resetLead: {
    ja: '暗証番号を忘れたとき、使えなくなったときは、マイナンバーカードをかざすと、新しい番号を決められます。窓口へ行く必要はありません。',
    en: 'If you forgot the PIN or it is blocked, hold your My Number Card and choose a new one. No visit to an office is needed.',
  },
  resetButton: { ja: 'カードをかざして、決め直す', en: 'Hold the card and set a new PIN' },
  blockedCanReset: {
    ja: 'まちがいが続いたため、安全のために止めました。マイナンバーカードがあれば、新しい番号を決めて、すぐにまた使えます。',
    en: 'It was entered wrongly too often and was stopped for your safety. With your My Number Card you can choose a new one and go on at once.',
  },
  resettingTitle: { ja: '新しい暗証番号の用意をしています', en: 'Making ready for a new PIN' },
  stepReset: { ja: '前の暗証番号を取り消す', en: 'The old PIN is taken away' },
  doReset: { ja: '暗証番号を忘れたとき', en: 'If you forgot the PIN' },
  doResetText: { ja: 'カードがあれば、決め直せます', en: 'With the card you set a new one' },

  doLost: { ja: 'なくしたスマホを止める', en: 'Stop a lost phone' },
  doLostText: { ja: '別のスマホに入れた証明書を止めます', en: 'The certificate in another phone' },
  lostTitle: { ja: 'なくしたスマホの証明書を止める', en: 'Stop the certificate in a lost phone' },
  lostLead: {
    ja: 'あなたのマイナンバーカードをこのスマホにかざすと、なくしたスマホの証明書がすぐに使えなくなります。カードがないときは、マイナンバー総合フリーダイヤル（24時間）でも止められます。',
    en: 'Hold your My Number Card to this phone, and the certificate in the lost one stops working at once. Without the card, the My Number hot line stops it at any hour.',
  },
  lostHow: { ja: 'どうしますか', en: 'What shall happen?' },
  lostStop: { ja: '止める（見つかったら、また使える）', en: 'Stop it (usable again when found)' },
  lostEnd: { ja: '失効させる（元には戻せません）', en: 'Revoke it for good (cannot be undone)' },
  lostButton: { ja: 'カードをかざして、止める', en: 'Hold the card and stop it' },
  lostStopped: { ja: 'なくしたスマホの証明書を止めました', en: 'The certificate in the lost phone is stopped' },
  lostStoppedText: {
    ja: '見つかったら、そのスマホにカードをかざすと、また使えます。',
    en: 'When the phone is found, hold the card to it to use the certificate again.',
  },
  lostEnded: {
    ja: 'なくしたスマホの証明書を失効させています',
    en: 'The certificate in the lost phone is being revoked',
  },
  lostEndedText: {
    ja: 'もう使われることはありません。新しいスマホで、申し込み直せます。',
    en: 'It will not be used again. You can apply again with a new phone.',
  },

  doMove: { ja: '機種変更・番号の変更', en: 'A new phone, SIM or carrier' },
  doMoveText: { ja: '証明書をどうするか', en: 'What to do with the certificate' },
  moveTitle: { ja: 'スマホや携帯電話会社を替えるとき', en: 'When phone, SIM or carrier change' },
  moveSameSim: { ja: '同じSIMを、新しいスマホに入れる', en: 'The same SIM in a new phone' },
  moveSameSimText: {
    ja: '証明書はSIMの中にあるので、そのまま使えます。新しいスマホで、一度だけカードをかざしてください。',
    en: 'The certificate is in the SIM and goes with it. On the new phone, hold your card once.',
  },
  moveNewSim: { ja: 'SIMが新しくなる（再発行、携帯電話会社の乗り換え）', en: 'A new SIM, or another carrier' },
  moveNewSimText: {
    ja: '新しいSIMをスマホに入れて、カードをかざすと、証明書を移せます。3分ほどです。移し終わるまで、前のSIMの証明書が使えます。なくしたSIMのものは、すぐに止まります。',
    en: 'Put the new SIM into the phone and hold your card: the certificate moves in about three minutes. The one in the old SIM works until then; that of a lost SIM is stopped at once.',
  },
  moveGiveAway: { ja: 'スマホを売る、譲る、捨てる', en: 'The phone is sold, given away or thrown away' },
  moveGiveAwayText: {
    ja: '先に証明書を消してください。鍵も残りません。SIMは抜いておきます。',
    en: 'Remove the certificate first; the key goes with it. Take the SIM out.',
  },

  doHistory: { ja: 'これまでの手続き', en: 'What happened so far' },
  doHistoryText: { ja: '申し込み、停止、更新の記録', en: 'Application, stops, renewals' },
  historyTitle: { ja: 'これまでの手続き', en: 'What happened so far' },
  historyNone: { ja: 'まだ記録はありません。', en: 'Nothing yet.' },
  by: { ja: (who: string) => `操作：${who}`, en: (who: string) => `by ${who}` },
} as const

/** What happened, as the history names it. */
export const EVENT_TEXTS = {
  approve: { ja: '申し込みが認められた', en: 'application approved' },
  install: { ja: '証明書を入れはじめた', en: 'installation begun' },
  confirmPin: { ja: '暗証番号を決めた', en: 'PIN set' },
  stop: { ja: '止めた', en: 'stopped' },
  resume: { ja: 'また使えるようにした', en: 'resumed' },
  renew: { ja: '更新した', en: 'renewed' },
  resetPin: { ja: '暗証番号を取り消した', en: 'PIN taken away for a new one' },
  upgrade: { ja: 'プログラムを新しくした', en: 'program renewed' },
  move: { ja: 'SIMの回線がなくなった', en: 'the SIM lost its line' },
  end: { ja: '失効させた', en: 'revoked' },
} as const

export const PARTY_TEXTS = {
  holder: { ja: 'ご本人', en: 'you' },
  'hot-line': { ja: 'マイナンバー総合フリーダイヤル', en: 'the hot line' },
  counter: { ja: '市区町村の窓口', en: 'the city office' },
  operator: { ja: 'J-LISの係員', en: 'J-LIS' },
  line: { ja: '携帯電話会社（回線）', en: 'the carrier (line)' },
  sim: { ja: '携帯電話会社（SIM）', en: 'the carrier (SIM)' },
  authority: { ja: '認証局（J-LIS）', en: 'the certification authority' },
  'sp-tsm': { ja: 'J-LISの発行のしくみ', en: 'J-LIS, automatically' },
} as const
