// Sentences of the list of SMS, mails and letters.

export const DELIVERY_MESSAGES = {
  title: { ja: 'SMS・メール・郵便', en: 'SMS, mail and letters' },
  lead: {
    ja: '申し込みの番号を送った記録です。あて先と番号は、ここには出ません。',
    en: 'What was sent with codes. Neither who it was for nor a code is shown.',
  },
  none: { ja: '送ったものはまだありません。', en: 'Nothing was sent yet.' },
  way: { ja: '送り方', en: 'Way' },
  sms: { ja: 'SMS', en: 'SMS' },
  mail: { ja: 'メール', en: 'mail' },
  letter: { ja: '郵便', en: 'letter' },
  takenAt: { ja: '預かった日時', en: 'Taken at' },
  state: { ja: '状態', en: 'State' },
  waiting: { ja: '送信待ち', en: 'waits for its gateway' },
  given: { ja: '送信済み', en: 'given to its gateway' },
  failed: { ja: '送れなかった', en: 'failed for good' },
  lying: { ja: '送信箱にある（外へは出していない）', en: 'in the outbox, not sent outside' },
  handedOver: { ja: '本人に渡した', en: 'handed to its addressee' },
  attempts: { ja: '送った回数', en: 'Times tried' },
  endedAt: { ja: '終わった日時', en: 'Ended at' },
  again: { ja: '今すぐもう一度送る', en: 'Try it now' },
  sentAgain: { ja: 'もう一度送りはじめました。', en: 'It is tried again.' },
  notWaiting: { ja: 'この知らせは、もう待っていません。', en: 'That one does not wait any more.' },
  failedText: {
    ja: '送れなかったものは消しました。申し込んだ方に、スマホの画面の「もう一度送る」を押してもらってください。',
    en: 'What failed was erased. Ask the applicant to have another code sent, on the phone.',
  },
} as const
