// Texts of a carrier's shop, in both languages.

export const SHOP_MESSAGES = {
  title: { ja: (carrier: string) => `${carrier}の店`, en: (carrier: string) => `${carrier}, shop` },
  toCarriers: { ja: '携帯電話会社の一覧へ', en: 'To the carriers' },
  lookUp: { ja: '回線をさがす', en: 'Find a line' },
  number: { ja: '電話番号', en: 'Number' },
  numberHint: { ja: '国番号から。例：819000000001', en: 'With the country code, like 819000000001' },
  show: { ja: '表示する', en: 'Show' },
  practice: { ja: '練習用の番号', en: 'Numbers to practise with' },

  line: { ja: 'この回線', en: 'This line' },
  status: { ja: '状態', en: 'State' },
  inUse: { ja: '使用中', en: 'in use' },
  suspended: { ja: '停止中', en: 'suspended' },
  restricted: { ja: '一部停止中', en: 'restricted' },
  sim: { ja: 'SIM', en: 'SIM' },
  phone: { ja: 'スマホの機種', en: 'Phone' },
  service: { ja: '公的個人認証サービス', en: 'JPKI service' },
  serviceThere: { ja: 'このSIMに入っている', en: 'in this SIM' },
  serviceNone: { ja: 'このSIMには入っていない', en: 'not in this SIM' },

  newSimTitle: { ja: 'SIMの再発行', en: 'A new SIM' },
  newSimText: {
    ja: '番号はそのままで、SIMだけを替えます。今のSIMは、この回線では使えなくなります。証明書をどうするかは、お客さまのスマホに表示されます。',
    en: 'The number stays; the SIM changes. The present one stops working on this line. The customer’s phone says what to do with the certificate.',
  },
  why: { ja: '今のSIMは', en: 'The present SIM' },
  exchanged: { ja: 'お客さまの手元にある（交換）', en: 'is with the customer (exchange)' },
  'lost-or-stolen': { ja: 'なくした・盗まれた', en: 'is lost or stolen' },
  defective: { ja: 'こわれている', en: 'is broken' },
  newSim: { ja: '新しいSIMを渡す', en: 'Hand over a new SIM' },
  handedOver: {
    ja: (end: string) => `新しいSIM（末尾${end}）を渡しました`,
    en: (end: string) => `A new SIM, ending ${end}, was handed over`,
  },
  handedOverText: {
    ja: 'スマホの画面で、このSIMを入れてください。',
    en: 'Put it into the phone on the phone’s own screen.',
  },
  toPhone: { ja: 'お客さまのスマホへ', en: 'To the customer’s phone' },

  stopTitle: { ja: '利用を止める', en: 'Suspend the line' },
  stopText: {
    ja: 'なくしたときなどに、通話も通信も止めます。証明書も一緒に止まり、再開すると元に戻ります。',
    en: 'No calls and no data, for example when the phone is lost. The certificate is stopped too, and works again with the line.',
  },
  stop: { ja: '止める', en: 'Suspend it' },
  stopped: { ja: '回線を止めました', en: 'The line is suspended' },
  stoppedText: { ja: '証明書も一時停止になります。', en: 'The certificate is stopped with it.' },
  goOnTitle: { ja: '利用を再開する', en: 'Let the line go on' },
  goOnText: { ja: '見つかったら、また使えるようにします。', en: 'When the phone is found again.' },
  goOn: { ja: '再開する', en: 'Let it go on' },
  goesOn: { ja: '回線を再開しました', en: 'The line is in use again' },
  goesOnText: {
    ja: 'ほかに止めた人がいなければ、証明書もまた使えます。',
    en: 'Unless somebody else has stopped it, the certificate works again too.',
  },

  leaveTitle: { ja: 'ほかの会社へ乗り換える（番号はそのまま）', en: 'Take the number to another carrier' },
  leaveText: {
    ja: '15日間使える予約番号を出します。乗り換えなければ、何も変わりません。',
    en: 'A reservation for 15 days. If it is not used, nothing changes.',
  },
  reserve: { ja: 'MNP予約番号を出す', en: 'Give a reservation' },
  reserved: { ja: 'MNP予約番号', en: 'Reservation' },
  reservedText: {
    ja: (day: string) => `${day}まで使えます。乗り換え先の店で伝えてください。`,
    en: (day: string) => `Valid until ${day}. Tell it to the shop of the other carrier.`,
  },

  endTitle: { ja: '解約', en: 'End of the contract' },
  endAsk: { ja: '解約の手続きへ', en: 'End the contract' },
  endFinal: { ja: '元には戻せません', en: 'This cannot be undone' },
  endText: {
    ja: '証明書は失効し、SIMの中から消えます。乗り換えのときは、解約ではなく予約番号を出してください。',
    en: 'The certificate is revoked and leaves the SIM. To go to another carrier, ask for a reservation instead.',
  },
  end: { ja: '解約する', en: 'End it' },
  ended: { ja: '解約しました', en: 'The contract has ended' },
  endedText: { ja: '証明書は失効します。', en: 'The certificate is being revoked.' },

  openTitle: { ja: '新しい契約・乗り換え', en: 'A new contract, or a number from elsewhere' },
  openText: {
    ja: '本人確認のあと、新しいSIMを渡します。乗り換えのときは、前の会社の予約番号を入れてください。',
    en: 'After a look at a document the customer gets a SIM. For a number from elsewhere enter the reservation of the carrier before.',
  },
  who: { ja: 'お客さま', en: 'Customer' },
  from: { ja: '乗り換え元', en: 'Comes from' },
  fromNobody: { ja: 'なし（新しい契約）', en: 'nowhere (a new contract)' },
  reservation: { ja: 'MNP予約番号（乗り換えのとき）', en: 'Reservation (for a number from elsewhere)' },
  reservationHint: { ja: '数字10けた', en: 'Ten digits' },
  reservationShape: {
    ja: '乗り換えには、10けたのMNP予約番号が要ります。前の会社で出してもらってください。',
    en: 'A number from elsewhere needs a reservation of ten digits, from the carrier before.',
  },
  open: { ja: '契約して、SIMを渡す', en: 'Open it and hand over the SIM' },
} as const
