// Every sentence of the screens, in both languages. Refusals and checks have tables of their own.

import type { Language, Words } from './language.ts'
import { APPLY_MESSAGES } from './messages-apply.ts'
import { APPROVAL_MESSAGES } from './messages-approval.ts'
import { ASKING_MESSAGES, KIOSK_MESSAGES } from './messages-asking.ts'
import { BRANCH_MESSAGES } from './messages-branch.ts'
import { CAMPAIGN_MESSAGES } from './messages-campaigns.ts'
import { CARRIER_MESSAGES } from './messages-carriers.ts'
import { CLAIM_MESSAGES } from './messages-claims.ts'
import { COUNTER_MESSAGES } from './messages-counter.ts'
import { DELIVERY_MESSAGES } from './messages-deliveries.ts'
import { DESK_MESSAGES } from './messages-desk.ts'
import { DEVELOPER_MESSAGES } from './messages-developers.ts'
import { FINGER_MESSAGES } from './messages-finger.ts'
import { FIRM_MESSAGES } from './messages-firms.ts'
import { HELP_MESSAGES } from './messages-help.ts'
import { LIFE_MESSAGES } from './messages-life.ts'
import { MANDATE_MESSAGES } from './messages-mandates.ts'
import { MOVE_MESSAGES } from './messages-move.ts'
import { OPERATOR_MESSAGES } from './messages-operator.ts'
import { ORDERS_MESSAGES } from './messages-orders.ts'
import { OWN_MESSAGES } from './messages-own.ts'
import { PARTNER_MESSAGES } from './messages-partner.ts'
import { PLATFORM_MESSAGES } from './messages-platform.ts'
import { PLATFORM_DESK_MESSAGES } from './messages-platform-desk.ts'
import { READER_MESSAGES } from './messages-reader.ts'
import { SCAN_MESSAGES } from './messages-scan.ts'
import { SHOP_MESSAGES } from './messages-shop.ts'
import { SIGNING_MESSAGES } from './messages-signing.ts'
import { TIE_MESSAGES } from './messages-ties.ts'

type Sentence = string | ((...values: never[]) => string)
type Table = Record<string, Record<string, { readonly [L in Language]: Sentence }>>

const MESSAGES = {
  apply: APPLY_MESSAGES,
  approval: APPROVAL_MESSAGES,
  counter: COUNTER_MESSAGES,
  campaigns: CAMPAIGN_MESSAGES,
  partner: PARTNER_MESSAGES,
  deliveries: DELIVERY_MESSAGES,
  desk: DESK_MESSAGES,
  developers: DEVELOPER_MESSAGES,
  operator: OPERATOR_MESSAGES,
  orders: ORDERS_MESSAGES,
  platform: PLATFORM_MESSAGES,
  platformDesk: PLATFORM_DESK_MESSAGES,
  carriers: CARRIER_MESSAGES,
  kiosk: KIOSK_MESSAGES,
  scan: SCAN_MESSAGES,
  reader: READER_MESSAGES,
  claims: CLAIM_MESSAGES,
  asking: ASKING_MESSAGES,
  finger: FINGER_MESSAGES,
  ties: TIE_MESSAGES,
  branch: BRANCH_MESSAGES,
  life: LIFE_MESSAGES,
  help: HELP_MESSAGES,
  own: OWN_MESSAGES,
  mandates: MANDATE_MESSAGES,
  firms: FIRM_MESSAGES,
  signing: SIGNING_MESSAGES,
  move: MOVE_MESSAGES,
  shop: SHOP_MESSAGES,
  page: {
    skip: { ja: '本文へ進む', en: 'Skip to the content' },
    tagline: { ja: 'スマホで使うマイナンバーカード', en: 'The My Number Card in your phone' },
    home: { ja: 'はじめのページ', en: 'Start page' },
    language: { ja: '言語 / Language', en: 'Language / 言語' },
    invented: {
      ja: 'この世界の人物・会社・街は、すべて架空です。本物のマイナンバーカードや暗証番号は入力しないでください。',
      en: 'Every person, company and town here is invented. Never enter the PIN or password of a real card.',
    },
    backHome: { ja: 'はじめのページへ戻る', en: 'Back to the start page' },
    notFoundTitle: { ja: 'ページが見つかりません', en: 'Page not found' },
    notFound: {
      ja: 'アドレスが変わったか、入力にまちがいがあるかもしれません。',
      en: 'The address may have changed, or something in it may be mistyped.',
    },
    failedTitle: { ja: 'うまくいきませんでした', en: 'Something went wrong' },
    failed: {
      ja: 'こちらの不具合です。あなたの操作のせいではありません。少し待ってから、もう一度お試しください。',
      en: 'This is a fault of ours, not of anything you did. Please wait a moment and try again.',
    },
    unreadableTitle: { ja: '送られた内容を読み取れません', en: 'What was sent could not be read' },
    unreadable: {
      ja: '前の画面に戻って、もう一度お試しください。',
      en: 'Please go back to the page before and try again.',
    },
    tooMuchTitle: { ja: '送られた内容が大きすぎます', en: 'What was sent is too large' },
    tooMuch: {
      ja: '前の画面に戻り、文字を減らすか、小さいファイルで、もう一度お試しください。',
      en: 'Please go back to the page before, and try again with less text or a smaller file.',
    },
    foreignTitle: { ja: 'この操作は受け付けられません', en: 'This was not accepted' },
    foreign: {
      ja: 'ほかのサイトからの操作か、古い画面からの操作でした。はじめのページから、もう一度やり直してください。',
      en: 'It came from another site or from an old page. Please start again from the start page.',
    },
    refusedTitle: { ja: '手続きを進められません', en: 'This cannot go on' },
    reference: { ja: 'お問い合わせ用の番号', en: 'Reference for enquiries' },
    error: { ja: '入力の確認', en: 'Please check' },
    missing: { ja: 'ここに入れてください。', en: 'Please fill this in.' },
    needsInput: { ja: '入力を確かめてください', en: 'Please check what you entered' },
    triesLeft: {
      ja: (count: number) => `あと${count}回まちがえると、使えなくなります。`,
      en: (count: number) =>
        `${count} ${count === 1 ? 'try is' : 'tries are'} left. After that it is blocked, so take your time.`,
    },
    checkAgain: { ja: '今の様子を見る', en: 'See how far it is' },
    checksSummary: {
      ja: (count: number) => `確かめたことをすべて見る（${count}項目）`,
      en: (count: number) => `See everything that was checked (${count})`,
    },
    passed: { ja: '合格', en: 'Passed' },
    failedCheck: { ja: '不合格', en: 'Failed' },
    indeterminate: { ja: '確かめられず', en: 'Could not be checked' },
  },
  start: {
    title: { ja: 'はじめのページ', en: 'Start' },
    heading: { ja: 'カードの証明書を、スマホの中へ。', en: 'The certificate of the card, inside the phone.' },
    lead: {
      ja: 'マイナンバーカードで申し込むと、スマホのSIMの中に電子証明書が入り、カードなしで使えるようになります。その申し込みから、銀行へのログイン、会場の入口で「かざす」までを、この1台の中で実際に動かして試せます。',
      en: 'Apply with a My Number Card, and an electronic certificate is made inside the SIM of a phone, to be used without the card. You can play all of it on this one machine: the application, a login to a bank, and a tap at the gate of a concert.',
    },
    begin: { ja: '申し込みから始める', en: 'Begin with the application' },
    playTitle: { ja: 'やってみましょう', en: 'Play it through' },
    play1: { ja: 'スマホで申し込む', en: 'Apply on the phone' },
    play1Text: {
      ja: 'カードをスマホにかざし、署名用パスワードを入れます。',
      en: 'Hold the card to the phone and enter the password of the card.',
    },
    play2: { ja: '証明書を入れる', en: 'Install the certificate' },
    play2Text: {
      ja: '同じ画面で「証明書を入れる」を押し、スマホ用の暗証番号を決めます。',
      en: 'On the same screen press “Install the certificate”, then choose a PIN for the phone.',
    },
    play3: { ja: '銀行にログインする', en: 'Log in to the bank' },
    play3Text: {
      ja: '銀行の画面から始めて、スマホで承認します。初めてのときは口座と結びつけます。',
      en: 'Begin at the bank and approve on the phone. The first time, you link your account.',
    },
    play4: { ja: '会場の入口でかざす', en: 'Tap at the gate' },
    play4Text: {
      ja: '入場者の名簿を用意してから、スマホを読み取り機にかざします。暗証番号はいりません。',
      en: 'Prepare the list of guests, then hold the phone to the reader. No PIN is needed.',
    },
    play5: { ja: '証明書を止めてみる', en: 'Stop the certificate' },
    play5Text: {
      ja: '認証局の画面で失効させると、ログインが断られるようになります。',
      en: 'Revoke it at the certification authority, and the next login is refused.',
    },
    play7: { ja: 'カードで署名して口座を開く', en: 'Open an account by signing' },
    play7Text: {
      ja: '銀行で「口座を開く」を選び、スマホにカードをかざして申込書に署名します。',
      en: 'At the bank choose “Open an account”, hold the card to the phone and sign the application.',
    },
    play6: { ja: '年齢だけを伝える', en: 'Tell your age, and nothing else' },
    play6Text: {
      ja: 'お店のセルフレジで「20歳以上ですか？」と聞かれ、スマホで答えます。',
      en: 'A till asks “20 or older?”, and the phone answers. Do this before you stop the certificate.',
    },
    peopleTitle: { ja: '登場する人', en: 'The people' },
    peopleLead: {
      ja: 'ひとりを選ぶと、その人のスマホが開きます。',
      en: 'Choose a person to open their phone.',
    },
    openPhone: {
      ja: (who: string) => `${who}のスマホを開く`,
      en: (who: string) => `Open the phone: ${who}`,
    },
    practiceTitle: { ja: '練習で使う番号とパスワード', en: 'Numbers and passwords for practice' },
    practiceLead: {
      ja: '架空の人の、練習のための値です。スマホの暗証番号は、自分で決めます。',
      en: 'They belong to invented people. The PIN of the phone is yours to choose.',
    },
    person: { ja: '人', en: 'Person' },
    cardPassword: { ja: '署名用パスワード', en: 'Card password' },
    customerNumber: { ja: '銀行のお客さま番号', en: 'Bank customer number' },
    otherNumber: { ja: 'お客さま番号（こはく信用金庫）', en: 'Customer number (Kohaku Credit Union)' },
    passcode: { ja: '銀行の初回パスコード', en: 'Bank first-time passcode' },
    practiceFirm: {
      ja: (name: string, number: string) =>
        `${name}（法人番号 ${number}）は、練習用の会社です。代表者だと申し出て、認証基盤の職員2人が認めたら、代表者が会社の口座を結びつけます。`,
      en: (name: string, number: string) =>
        `${name} (corporate number ${number}) is a firm for practice. Claim to represent it; once two clerks of the platform agree, link its account.`,
    },
    noPassword: { ja: 'なし（15歳未満）', en: 'none (under 15)' },
    castTitle: { ja: '登場する機関', en: 'The cast' },
    stateTitle: { ja: '今の様子', en: 'State of things' },
    phones: { ja: 'スマホの証明書', en: 'Certificates in phones' },
    phonesCount: {
      ja: (active: number, all: number) => `${all}台のうち${active}台で使えます`,
      en: (active: number, all: number) => `usable in ${active} of ${all} phones`,
    },
    gateState: { ja: '入口の名簿', en: 'List of the gate' },
    gateNone: { ja: 'まだありません', en: 'none yet' },
    gateCount: {
      ja: (entries: number, admitted: number) => `${entries}人が載り、${admitted}人が入場しました`,
      en: (entries: number, admitted: number) => `${entries} on the list, ${admitted} admitted`,
    },
    orders: { ja: '申し込みの状態', en: 'Applications' },
    noOrders: { ja: 'まだありません', en: 'none yet' },
  },
  access: {
    title: { ja: '証明書を使いたいという申し出', en: 'Requests to use the certificate' },
    doAccess: { ja: 'アプリやサイトの利用', en: 'Apps and web pages' },
    doAccessText: { ja: '申し出への返事と、これまでの記録', en: 'Answer requests, see who asked before' },
    waits: {
      ja: (count: number) => `${count}件の申し出が、返事を待っています。`,
      en: (count: number) => (count === 1 ? 'A request waits for your answer.' : `${count} requests wait for you.`),
    },
    see: { ja: '内容を見る', en: 'See what is asked' },
    none: { ja: '今、返事を待っている申し出はありません。', en: 'Nobody asks at the moment.' },
    pageAsks: { ja: 'ウェブサイトからの申し出', en: 'A web page asks' },
    appAsks: { ja: 'アプリからの申し出', en: 'An app asks' },
    page: { ja: 'サイト', en: 'Web page' },
    app: { ja: 'アプリ', en: 'App' },
    purpose: { ja: '相手の言う目的', en: 'For what, in its words' },
    until: { ja: '返事の期限', en: 'Answer before' },
    care: { ja: '心当たりがないときは、断ってください。', en: 'If you did not start this yourself, decline.' },
    careText: {
      ja: '許可すると、相手はこの1回だけ、SIMの証明書を使えます。暗証番号が相手に伝わることはありません。',
      en: 'If you allow it, the certificate in the SIM can be used this one time. Your PIN is never told to anybody.',
    },
    pinHint: {
      ja: 'あなたの暗証番号（4桁）。3回まちがえると使えなくなります。',
      en: 'Your PIN of four digits. After three wrong ones it is blocked.',
    },
    allow: { ja: '1回だけ許可する', en: 'Allow once' },
    decline: { ja: '断る', en: 'Decline' },
    historyTitle: { ja: 'これまでの記録', en: 'Who asked before' },
    historyNone: { ja: 'まだありません', en: 'nobody yet' },
    allowed: { ja: '許可しました', en: 'allowed' },
    declined: { ja: '断りました', en: 'declined' },
    denied: { ja: 'SIMの決まりにより止めました', en: 'stopped by the rules of the SIM' },
  },
  phone: {
    title: { ja: (who: string) => `スマホ（${who}）`, en: (who: string) => `Phone (${who})` },
    app: { ja: 'マイナ証明書', en: 'My certificate' },
    back: { ja: 'もどる', en: 'Back' },
    aboutTitle: { ja: 'このスマホについて', en: 'About this phone' },
    owner: { ja: '持ち主', en: 'Owner' },
    line: { ja: '回線', en: 'Line' },
    practicePassword: { ja: '練習用の署名用パスワード', en: 'Card password for practice' },

    blocked: { ja: '止まっています', en: 'blocked' },

    applyTitle: { ja: 'スマホに証明書を入れる', en: 'Put a certificate in this phone' },
    applyLead: {
      ja: 'マイナンバーカードと、カードの署名用パスワードを用意してください。3分ほどで終わります。',
      en: 'Have your My Number Card and its password at hand. It takes about three minutes.',
    },
    applyCard: { ja: 'スマホにかざすカード', en: 'Card held to the phone' },
    cardOf: { ja: (who: string) => `${who}のカード`, en: (who: string) => `Card: ${who}` },
    password: { ja: '署名用パスワード', en: 'Password of the card (for signatures)' },
    passwordHint: {
      ja: '市役所などで決めた、英字と数字の6けたから16けたのものです。5回まちがえると使えなくなります。',
      en: 'Letters and digits, 6 to 16, chosen at the city office. Five wrong tries block it.',
    },
    applyButton: { ja: 'カードをかざして申し込む', en: 'Hold the card and apply' },
    passwordShape: {
      ja: '署名用パスワードは、英字と数字で6けたから16けたです。まだカードには送っていないので、回数は減っていません。',
      en: 'The password has 6 to 16 letters and digits. It was not sent to the card, so no try was used.',
    },
    undoneTitle: { ja: '前の手続きは取り消されました', en: 'The last attempt was undone' },
    undone: {
      ja: 'スマホの中には何も残っていません。もう一度申し込めます。',
      en: 'Nothing is left in the phone. You can apply again.',
    },
    removedTitle: { ja: '証明書を消しました', en: 'The certificate was removed' },
    removed: {
      ja: '証明書は失効し、スマホの中には何も残っていません。',
      en: 'It is revoked, and nothing is left in the phone.',
    },

    acceptedTitle: { ja: '申し込みを受け付けました', en: 'Your application was accepted' },
    accepted: {
      ja: '次は、証明書をこのスマホのSIMの中に入れます。電波の届くところで、電源を切らずにお待ちください。',
      en: 'Next, the certificate is put into the SIM of this phone. Stay in reach of the network and leave the phone on.',
    },
    installButton: { ja: '証明書を入れる', en: 'Install the certificate' },
    cancelButton: { ja: '申し込みを取り消す', en: 'Withdraw the application' },

    progressTitle: { ja: '証明書を入れています', en: 'Installing the certificate' },
    progress: {
      ja: '画面は自動で変わります。この画面を閉じても、作業は続きます。電源が切れても、また入れれば、続きから再開します。',
      en: 'The screen changes by itself. You may close it; the work goes on. If the phone goes off, switch it on again and it goes on where it was.',
    },
    waitsForNetwork: { ja: '電波が届くのを待っています', en: 'Waiting for the network' },
    waitsForNetworkText: {
      ja: 'モバイル通信かWi-Fiをオンにしてください。つながると、続きから再開します。初めからやり直す必要はありません。',
      en: 'Turn on mobile data or Wi-Fi. Once there is a connection it goes on where it was; nothing has to be done again.',
    },
    network: { ja: '電波', en: 'Network' },
    networkOn: { ja: '届いています', en: 'connected' },
    networkOff: { ja: '届いていません', en: 'not connected' },
    switchOff: { ja: '電波を切る', en: 'Turn the network off' },
    switchOn: { ja: '電波の届くところに戻す', en: 'Turn the network on' },
    progressOf: {
      ja: (done: number, steps: number) => `${steps}段階のうち${done}段階が終わりました`,
      en: (done: number, steps: number) => `${done} of ${steps} steps are done`,
    },
    removingTitle: { ja: '片づけています', en: 'Cleaning up' },
    removing: {
      ja: '証明書を失効させ、スマホの中の鍵を消しています。画面は自動で変わります。',
      en: 'The certificate is being revoked and the key in the phone deleted. The screen changes by itself.',
    },
    done: { ja: '完了', en: 'done' },
    doing: { ja: '作業中', en: 'working' },
    toDo: { ja: 'これから', en: 'to do' },
    stepDeploy: { ja: '携帯電話会社が、SIMの中に場所をつくる', en: 'The carrier makes room in the SIM' },
    stepKeys: { ja: 'J-LISだけの鍵に替える', en: 'J-LIS puts its own keys in' },
    stepLoad: { ja: '証明書の入れ物を確かめる', en: 'The place for the certificate is made ready' },
    stepKeyPair: { ja: 'SIMの中で、あなたの鍵をつくる', en: 'The SIM makes your key' },
    stepIssue: { ja: '認証局が証明書を発行する', en: 'The authority issues the certificate' },
    stepWrite: { ja: '証明書をSIMに書き込む', en: 'The certificate is written into the SIM' },
    stepRevoke: { ja: '証明書を失効させる', en: 'Revoke the certificate' },
    stepTerminate: { ja: '鍵とアプリを消す', en: 'Delete key and applet' },

    setPinTitle: { ja: 'スマホ用の暗証番号を決める', en: 'Choose a PIN for the phone' },
    setPinLead: {
      ja: '証明書が入りました。最後に、数字4けたの暗証番号を決めてください。',
      en: 'The certificate is in. Last step: choose a PIN of four digits.',
    },
    pinHint: {
      ja: '誕生日や電話番号、1111のような並びは避けてください。',
      en: 'Avoid your birthday, your phone number and patterns like 1111.',
    },
    newPin: { ja: '新しい暗証番号（数字4けた）', en: 'New PIN (four digits)' },
    again: { ja: '確認のため、もう一度', en: 'Once more, to be sure' },
    setPinButton: { ja: 'この番号に決める', en: 'Use this PIN' },
    pinShape: { ja: '暗証番号は、数字4けたです。', en: 'A PIN has four digits.' },
    pinsDiffer: {
      ja: '2回の番号が違っています。もう一度、同じ番号を2回入れてください。',
      en: 'The two entries differ. Please enter the same PIN twice.',
    },
    pinSame: { ja: '今と違う番号にしてください。', en: 'Please choose a PIN that differs from the present one.' },

    readyTitle: { ja: '証明書を使えます', en: 'Your certificate is ready' },
    validUntil: { ja: '有効期限', en: 'Valid until' },
    pinSet: { ja: '暗証番号を決めました。これで使えます。', en: 'Your PIN is set. You can use the certificate now.' },
    pinChanged: { ja: '暗証番号を変えました。', en: 'Your PIN was changed.' },
    doTap: { ja: '入口でかざす', en: 'Tap at a gate' },
    doTapText: { ja: '暗証番号なしで入場します', en: 'Enter without a PIN' },
    doCertificates: { ja: '証明書を見る', en: 'See the certificate' },
    doCertificatesText: { ja: '有効期限とシリアル番号', en: 'Expiry and serial number' },
    doChangePin: { ja: '暗証番号を変える', en: 'Change the PIN' },
    doChangePinText: { ja: '今の番号が必要です', en: 'You need the present one' },
    doRemove: { ja: '証明書を消す', en: 'Remove the certificate' },
    doRemoveText: { ja: '機種変更や、使わなくなったとき', en: 'Before a new phone, or when no longer needed' },
    loginHow: {
      ja: '銀行などにログインするときは、その画面から始めてください。承認の画面がこのスマホに開きます。',
      en: 'To log in somewhere, begin there, for example at the bank. The request then opens on this phone.',
    },

    blockedTitle: { ja: '暗証番号が使えなくなっています', en: 'The PIN is blocked' },

    suspendedTitle: { ja: '証明書が一時的に止められています', en: 'The certificate is suspended' },
    suspended: { ja: 'いまは使えません', en: 'It cannot be used for now' },

    pin: { ja: 'スマホの暗証番号（数字4けた）', en: 'PIN of the phone (four digits)' },
    presentPin: { ja: '今の暗証番号（数字4けた）', en: 'Present PIN (four digits)' },
    pinTries: { ja: '3回まちがえると使えなくなります。', en: 'Three wrong tries block it.' },
    certificatesTitle: { ja: '証明書を見る', en: 'Your certificate' },
    certificatesLead: {
      ja: '証明書を見るには、暗証番号が必要です。',
      en: 'Enter the PIN to see the certificate.',
    },
    show: { ja: '表示する', en: 'Show' },
    kindAuth: { ja: '利用者証明用電子証明書', en: 'Certificate for authentication' },
    validFrom: { ja: '発行日', en: 'Valid from' },
    serial: { ja: 'シリアル番号', en: 'Serial number' },
    daysLeft: {
      ja: (days: number) => `あと${days}日`,
      en: (days: number) => `${days} days left`,
    },
    yearsLeft: {
      ja: (years: number) => `あと約${years}年`,
      en: (years: number) => `about ${years} years left`,
    },
    expired: { ja: '期限が切れています', en: 'expired' },
    atAuthority: { ja: '認証局で状態を見る', en: 'See its status at the authority' },

    changePinTitle: { ja: '暗証番号を変える', en: 'Change the PIN' },
    changePinButton: { ja: '暗証番号を変える', en: 'Change the PIN' },

    removeTitle: { ja: '証明書を消しますか', en: 'Remove the certificate?' },
    removeFinal: { ja: '元には戻せません', en: 'This cannot be undone' },
    removeText: {
      ja: '証明書は失効し、このスマホの鍵は消えます。また使うときは、カードで申し込み直します。',
      en: 'The certificate is revoked and its key in this phone is deleted. To use it again, apply again with the card.',
    },
    removeCardKept: {
      ja: 'マイナンバーカードは、そのまま使えます。',
      en: 'Your My Number Card goes on working.',
    },
    removeButton: { ja: '消す', en: 'Remove' },
    keep: { ja: '消さずにもどる', en: 'Keep it and go back' },

    tapTitle: { ja: '入口でかざす', en: 'Tap at the gate' },
    tapText: {
      ja: '読み取り機にスマホの裏側を近づけます。暗証番号はいりません。',
      en: 'Hold the back of the phone to the reader. No PIN is needed.',
    },
    tapButton: { ja: '読み取り機にかざす', en: 'Hold to the reader' },
    tapMore: {
      ja: '相手の機械が正規のものかどうかは、SIMが確かめます。名前や住所は渡りません。',
      en: 'The SIM checks that the reader is a genuine one. Name and address are not handed over.',
    },

    loginTitle: { ja: 'ログインしますか', en: 'Log in?' },
    loginLead: {
      ja: (who: string) => `${who}から、ログインの確認が届いています。`,
      en: (who: string) => `${who} asks you to confirm a login.`,
    },
    loginWho: { ja: '相手', en: 'Who asks' },
    loginWhere: { ja: '相手のアドレス', en: 'Its address' },
    loginUntil: { ja: '受付の期限', en: 'Until' },
    loginCode: { ja: '確認番号', en: 'Number to compare' },
    loginCompare: {
      ja: 'ログインの画面にも同じ番号が出ていますか。違うときや、覚えがないときは、「断る」を押してください。',
      en: 'Does the login screen show the same number? If not, or if you did not ask for this, press “Decline”.',
    },
    loginWhat: {
      ja: '承認すると、あなた本人であることだけが相手に伝わります。名前、住所、生年月日、マイナンバーは伝わりません。',
      en: 'If you approve, the service only learns that it is you. Name, address, birth date and My Number are not passed on.',
    },
    approve: { ja: '承認する', en: 'Approve' },
    decline: { ja: '断る', en: 'Decline' },
    noCertificate: {
      ja: 'このスマホには、使える証明書がありません。先に証明書を入れてください。',
      en: 'There is no usable certificate in this phone. Install one first.',
    },
    toPhoneHome: { ja: 'このスマホのはじめの画面へ', en: 'To the home screen of this phone' },
    approvedTitle: { ja: '承認しました', en: 'Approved' },
    approvedText: {
      ja: 'ログインの画面に戻ってください。そちらで手続きが進みます。',
      en: 'Go back to the login screen. It goes on there.',
    },
    approvedOnceMore: {
      ja: '承認は済んでいます。この画面からログインの画面に戻るには、もう一度暗証番号を入れてください。',
      en: 'It is approved already. To go back to the login screen from here, enter the PIN once more.',
    },
    loginAgain: { ja: 'もう一度開く', en: 'Open it again' },
    declinedTitle: { ja: '断りました', en: 'Declined' },
    declinedText: {
      ja: 'ログインはされていません。覚えのない確認が続くときは、相手のサービスに連絡してください。',
      en: 'Nobody was logged in. If such requests keep coming, tell the service.',
    },
    refusedTitle: { ja: 'ログインできませんでした', en: 'The login was refused' },
    refusedText: {
      ja: '証明書を確かめた結果、使えないことがわかりました。',
      en: 'The certificate was checked and is not acceptable.',
    },
    refusedHelp: {
      ja: '失効や期限切れのときは、スマホの証明書を消して、カードで申し込み直してください。',
      en: 'If it is revoked or expired, remove it from the phone and apply again with the card.',
    },
    expiredTitle: { ja: '時間切れです', en: 'Too late' },
    expiredText: {
      ja: '受付の期限が過ぎました。サービスの画面から、もう一度ログインしてください。',
      en: 'The time for this login has passed. Begin again at the service.',
    },
    continue: { ja: 'ログインの画面に戻る', en: 'Back to the login screen' },
  },
  login: {
    title: { ja: 'スマホで承認してください', en: 'Approve on your phone' },
    lead: {
      ja: (who: string) => `${who}へのログインです。`,
      en: (who: string) => `You are logging in to ${who}.`,
    },
    code: { ja: '確認番号', en: 'Number to compare' },
    compare: {
      ja: 'スマホにも同じ番号が出ることを確かめてください。',
      en: 'Check that your phone shows the same number.',
    },
    open: { ja: 'スマホを開く', en: 'Open the phone' },
    openHint: {
      ja: 'この世界にはスマホが3台あります。承認する人のスマホを選んでください。',
      en: 'This world has several phones. Choose the one of the person who approves.',
    },
    card: { ja: 'マイナンバーカードで', en: 'With the My Number Card' },
    cardHint: {
      ja: 'パソコンのカードリーダーにカードを置き、ブラウザの案内で4けたの暗証番号を入れます。',
      en: 'Put the card on the reader of this computer; the browser asks for the four-digit PIN.',
    },
    cardLink: { ja: 'カードの証明書を示す', en: 'Show the card’s certificate' },
    waiting: {
      ja: 'スマホでの承認を待っています。この画面は自動で進みます。',
      en: 'Waiting for your phone. This page goes on by itself.',
    },
    until: { ja: (at: string) => `${at}まで受け付けます。`, en: (at: string) => `You have until ${at}.` },
    cancel: {
      ja: (who: string) => `ログインをやめて、${who}に戻る`,
      en: (who: string) => `Cancel and go back to ${who}`,
    },
    platform: {
      ja: 'マイナ認証プラットフォーム（署名等検証事業者）',
      en: 'My Number login platform (verification service)',
    },
  },
  bank: {
    title: { ja: 'インターネットバンキング', en: 'Online banking' },
    lead: {
      ja: 'スマホに入れたマイナンバーカードの証明書で、口座を安全に確かめられます。',
      en: 'See your account safely with the My Number certificate in your phone.',
    },
    loginButton: { ja: 'マイナンバーでログイン', en: 'Log in with My Number' },
    loginNote: {
      ja: '当行は、マイナンバー（12けたの番号）を受け取りません。',
      en: 'The bank does not receive your 12-digit number.',
    },
    need: { ja: '必要なもの', en: 'What you need' },
    need1: { ja: '証明書の入ったスマホ', en: 'The phone with your certificate' },
    need2: { ja: 'スマホ用の暗証番号（数字4けた）', en: 'The PIN of the phone (four digits)' },
    need3: {
      ja: '初めての方は、お客さま番号と初回パスコード（契約書にあります）',
      en: 'The first time: customer number and first-time passcode, both on your paper contract',
    },
    linkTitle: { ja: '口座と結びつけます', en: 'Link your account' },
    linkLead: {
      ja: 'ご本人の確認ができました。初めてのログインなので、契約書の番号を入力してください。次からは必要ありません。',
      en: 'We know it is you. As this is your first login, enter the numbers of your contract. You will not need them again.',
    },
    linkLeadFor: {
      ja: '会社やお子さまの口座を、代わりに結びつけます。契約書の番号を入力してください。次からは必要ありません。',
      en: 'You link the account of the firm or the child that you act for. Enter the numbers of its contract. You will not need them again.',
    },
    customerNumber: { ja: 'お客さま番号（数字7けた）', en: 'Customer number (seven digits)' },
    passcode: { ja: '初回パスコード（数字6けた）', en: 'First-time passcode (six digits)' },
    practice: {
      ja: '練習用のお客さま番号とパスコードは、はじめのページにあります。',
      en: 'Customer number and passcode for practice are on the start page.',
    },
    linkButton: { ja: '口座と結びつける', en: 'Link the account' },
    linkShape: {
      ja: 'お客さま番号とパスコードを、両方とも数字で入力してください。',
      en: 'Enter both customer number and passcode, in digits.',
    },
    accountTitle: { ja: '口座', en: 'Your account' },
    hello: { ja: (name: string) => `${name} さま`, en: (name: string) => `Hello, ${name}` },
    accountOf: { ja: (name: string) => `${name} さまの口座`, en: (name: string) => `Account of ${name}` },
    delegated: { ja: '代わりに見ています', en: 'You act for this customer' },
    delegatedText: {
      ja: '任されているのは、残高を見ることだけです。見たことは、任せた方にも伝わります。ほかの手続きはできません。',
      en: 'You may see the balance, and nothing else. Those who let you see that you looked.',
    },
    ordinary: { ja: '普通預金', en: 'Ordinary deposit' },
    number: { ja: 'お客さま番号', en: 'Customer number' },
    logout: { ja: 'ログアウト', en: 'Log out' },
    loggedOut: { ja: 'ログアウトしました。', en: 'You are logged out.' },
    declinedTitle: { ja: 'ログインしていません', en: 'You are not logged in' },
    declined: {
      ja: 'ログインをやめたか、断ったか、時間が過ぎたか、証明書が使えませんでした。口座には何も起きていません。',
      en: 'The login was cancelled or declined, took too long, or the certificate was not accepted. Nothing happened to your account.',
    },
    retry: { ja: 'もう一度はじめる', en: 'Begin again' },
    notYetTitle: { ja: 'ログインは、まだ済んでいません', en: 'You are not logged in yet' },
    goOn: { ja: 'ログインを続ける', en: 'Go on with the login' },
  },
  gate: {
    title: { ja: '入口の端末', en: 'Gate' },
    waiting: { ja: 'スマホをかざしてください', en: 'Hold your phone here' },
    waitingText: {
      ja: '暗証番号はいりません。ネットワークにつながっていなくても動きます。',
      en: 'No PIN is needed. It works without a network, too.',
    },
    noList: { ja: 'まだ入場の準備ができていません', en: 'The gate is not ready yet' },
    noListText: {
      ja: '係の人が、下の「名簿を用意する」を押すと始まります。',
      en: 'Staff: press “Prepare the list” below to begin.',
    },
    expiredList: { ja: '名簿の期限が切れています', en: 'The list has expired' },
    tapAs: { ja: 'だれのスマホをかざしますか', en: 'Whose phone is held to the reader?' },
    tapOf: { ja: (who: string) => `${who}のスマホをかざす`, en: (who: string) => `Tap the phone: ${who}` },
    listUntil: { ja: '名簿の期限', en: 'List valid until' },
    entries: { ja: '名簿の人数', en: 'On the list' },
    admittedCount: { ja: '入場した人数', en: 'Admitted' },
    people: { ja: (count: string) => `${count}人`, en: (count: string) => count },
    staffTitle: { ja: '係の人：名簿を用意する', en: 'Staff: prepare the list' },
    staffLead: {
      ja: '入場券を買った人を選びます。署名つきの名簿を、検証事業者から受け取ります。選べるのは、スマホに証明書がある人だけです。',
      en: 'Choose who bought a ticket. The gate fetches a signed list from the verification service. Only people with a certificate in their phone can be chosen.',
    },
    ticketHolders: { ja: '入場券を買った人', en: 'Ticket holders' },
    noPhoneCertificate: { ja: '（証明書がありません）', en: ' (no certificate)' },
    prepare: { ja: '名簿を用意する', en: 'Prepare the list' },
    prepared: { ja: '名簿を用意しました。', en: 'The list is ready.' },
    admittedTitle: { ja: 'お入りください', en: 'Please come in' },
    admitted: { ja: '入場できます', en: 'Admitted' },
    ticket: { ja: '座席', en: 'Seat' },
    refusedTitle: { ja: '入場できません', en: 'Not admitted' },
    refusedHelp: { ja: '係の人にお声がけください。', en: 'Please speak to the staff.' },
    refusedAgain: { ja: 'もう一度かざすこともできます。', en: 'You can also try once more.' },
    why: { ja: '理由', en: 'Why' },
    time: { ja: 'かかった時間', en: 'Time taken' },
    timeValue: { ja: (ms: string) => `${ms}ミリ秒`, en: (ms: string) => `${ms} ms` },
    air: { ja: '電波でやりとりした量', en: 'Bytes on the air' },
    airValue: {
      ja: (apdus: string, bytes: string) => `${apdus}往復、${bytes}バイト`,
      en: (apdus: string, bytes: string) => `${bytes} bytes in ${apdus} exchanges`,
    },
    next: { ja: '次の人へ', en: 'Next person' },
    gone: { ja: 'この結果は、もう残っていません', en: 'This result is no longer kept' },
  },
  authority: {
    title: { ja: '認証局（J-LIS）', en: 'Certification authority (J-LIS)' },
    lead: {
      ja: '証明書の状態を、シリアル番号で調べます。名前や住所は、この画面には出ません。',
      en: 'Look up a certificate by its serial number. Names and addresses are not shown here.',
    },
    lookUp: { ja: '証明書を調べる', en: 'Look up a certificate' },
    kind: { ja: '種類', en: 'Kind' },
    auth: { ja: '利用者証明用', en: 'Authentication' },
    sign: { ja: '署名用', en: 'Signature' },
    serial: { ja: 'シリアル番号', en: 'Serial number' },
    serialHint: { ja: '数字だけで入力します。', en: 'Digits only.' },
    serialShape: { ja: 'シリアル番号は数字です。', en: 'A serial number consists of digits.' },
    find: { ja: '調べる', en: 'Look up' },
    result: { ja: '状態', en: 'Status' },
    valid: { ja: '有効', en: 'valid' },
    onHold: { ja: '一時停止', en: 'on hold' },
    revoked: { ja: '失効', en: 'revoked' },
    expired: { ja: '期限切れ', en: 'expired' },
    unknown: { ja: '発行していません', en: 'not issued here' },
    medium: { ja: '入れ物', en: 'Medium' },
    card: { ja: 'カード', en: 'card' },
    phone: { ja: 'スマホ', en: 'phone' },
    notAfter: { ja: '有効期限', en: 'Valid until' },
    revokedAt: { ja: '失効した時刻', en: 'Revoked at' },
    reason: { ja: '失効の理由', en: 'Reason' },
    revokeLead: {
      ja: '係員用：失効はすぐに効きます。元には戻せません。',
      en: 'For operators: revocation takes effect at once and cannot be undone.',
    },
    revokeButton: { ja: 'この証明書を失効させる', en: 'Revoke this certificate' },
    revokedNow: { ja: '失効させました。', en: 'The certificate is revoked.' },
    publicTitle: { ja: '公開しているもの', en: 'Published' },
    caOf: {
      ja: (kind: string) => `${kind}認証局の証明書（DER）`,
      en: (kind: string) => `CA certificate, ${kind} (DER)`,
    },
    crlOf: {
      ja: (kind: string, place: string) => `${kind}の失効リスト、市町村 ${place}（DER）`,
      en: (kind: string, place: string) => `CRL, ${kind}, municipality ${place} (DER)`,
    },
    ocspOf: { ja: (kind: string) => `${kind}のOCSP（POST）`, en: (kind: string) => `OCSP, ${kind} (POST)` },
  },
} as const satisfies Table

/** Reasons of revocation that an operator may choose. RFC 5280 §5.3.1 with the meanings of the CPS §4.9.9. */
export const REASONS = {
  unspecified: { ja: '理由を示さない', en: 'unspecified' },
  keyCompromise: { ja: '鍵がもれた、スマホをなくした', en: 'key compromise, phone lost' },
  affiliationChanged: { ja: '氏名・住所などが変わった', en: 'facts changed' },
  superseded: { ja: '新しい証明書に替わった', en: 'superseded' },
  cessationOfOperation: { ja: '使うのをやめた', en: 'no longer used' },
  certificateHold: { ja: '一時停止の届け出', en: 'on hold' },
} as const satisfies Record<string, Words>

type Widened<S> = S extends string ? string : S
export type Texts = {
  readonly [P in keyof typeof MESSAGES]: {
    readonly [K in keyof (typeof MESSAGES)[P]]: (typeof MESSAGES)[P][K] extends { readonly ja: infer S }
      ? Widened<S>
      : never
  }
}

const inOne = (language: Language): Texts =>
  Object.fromEntries(
    Object.entries(MESSAGES as Table).map(([screen, sentences]) => [
      screen,
      Object.fromEntries(Object.entries(sentences).map(([key, words]) => [key, words[language]])),
    ]),
  ) as unknown as Texts

/** The table, cut along a language. */
export const TEXTS: { readonly [L in Language]: Texts } = { ja: inOne('ja'), en: inOne('en') }
