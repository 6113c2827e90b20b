// What a refusal means for the person in front of the screen, and what to do about it. By the stable code.
// A code that is not here gets the safe general text; the code itself is always shown small.

import type { Words } from './language.ts'
import { APPROVAL_REFUSALS } from './refusal-texts-approval.ts'
import { ASKING_REFUSALS } from './refusal-texts-asking.ts'
import { BIOMETRIC_REFUSALS } from './refusal-texts-biometric.ts'
import { CARRIER_REFUSALS } from './refusal-texts-carrier.ts'
import { COUNTER_REFUSALS } from './refusal-texts-counter.ts'
import { DEVELOPER_REFUSALS } from './refusal-texts-developers.ts'
import { READER_REFUSALS } from './refusal-texts-reader.ts'
import { WATCHING_REFUSALS } from './refusal-texts-watching.ts'

export const GENERAL: Words = {
  ja: '今は手続きを進められません。少し待ってから、もう一度お試しください。',
  en: 'This cannot be done at the moment. Please wait a little and try again.',
}

export const REFUSAL_TEXTS: { readonly [code: string]: Words } = {
  ...APPROVAL_REFUSALS,
  ...ASKING_REFUSALS,
  ...BIOMETRIC_REFUSALS,
  ...CARRIER_REFUSALS,
  ...DEVELOPER_REFUSALS,
  ...READER_REFUSALS,
  ...WATCHING_REFUSALS,
  ...COUNTER_REFUSALS,
  'phone/simNotHere': {
    ja: 'このスマホに入っているSIMが、申し込みのときと違います。元のSIMに戻してください。',
    en: 'The SIM in this phone is not the one that applied. Put the first SIM back.',
  },
  'phone/noSuchApplication': {
    ja: 'SIMの中に証明書の入れ物がありません。申し込みからやり直してください。',
    en: 'The SIM has no place for the certificate. Please apply again.',
  },
  'phone/busy': {
    ja: 'SIMがほかの作業をしています。少し待ってから、もう一度お試しください。',
    en: 'The SIM is busy with something else. Please wait a little and try again.',
  },
  'phone/notOnNetwork': {
    ja: 'スマホが圏外です。電波の届くところで、もう一度お試しください。',
    en: 'The phone is not on the network. Go where there is a signal and try again.',
  },
  'phone/offline': {
    ja: 'スマホが通信できません。モバイル通信かWi-Fiをオンにして、もう一度お試しください。',
    en: 'The phone has no connection. Turn mobile data or Wi-Fi on and try again.',
  },
  'phone/channelClosed': {
    ja: 'SIMとの通信が切れました。もう一度お試しください。',
    en: 'The connection to the SIM was lost. Please try again.',
  },
  'phone/commandNotAllowed': {
    ja: '許されていない操作だったので、止めました。',
    en: 'This operation is not allowed and was stopped.',
  },
  'phone/accessDenied': {
    ja: 'SIMの決まりにより、このアプリやサイトからは使えません。',
    en: 'The rules of the SIM do not let this app or web page use it.',
  },
  'database/text': {
    ja: '使えない文字が入っています。入れなおしてください。',
    en: 'There is a character in it that cannot be kept. Please enter it again.',
  },
  'phone/unknownCaller': {
    ja: 'どのアプリやサイトからの申し出か確かめられないので、止めました。',
    en: 'It could not be made out which app or web page asks, so it was stopped.',
  },
  'phone/askedTooOften': {
    ja: '申し出が続いているので、いったん止めました。少し待ってください。',
    en: 'There were too many requests, so this one was stopped. Please wait a little.',
  },
  'phone/callerPaused': {
    ja: '何度も断られた相手からの申し出なので、しばらく受け付けません。',
    en: 'It was declined several times and is not heard for a while.',
  },
  'phone/requestOver': {
    ja: 'この申し出は、もう終わっています。',
    en: 'This request is over.',
  },
  'phone/pinIsAsked': {
    ja: '暗証番号は、求められたときにだけ入力してください。',
    en: 'Enter the PIN where it is asked for, and only there.',
  },
  'phone/noPinThere': {
    ja: 'この申し出には、暗証番号は使えません。',
    en: 'The PIN has no use for this request.',
  },
  'phone/pinIsTheOwners': {
    ja: '暗証番号は、持ち主がこのスマホで入力します。',
    en: 'The PIN is entered on this phone, by its owner.',
  },
  'phone/noCard': {
    ja: 'カードが読み取れません。スマホの裏側にカードを当てて、動かさずにお待ちください。',
    en: 'No card was found. Put the card flat on the back of the phone and keep it still.',
  },
  'phone/noSignCertificate': {
    ja: 'このカードには署名用電子証明書が入っていません。15歳未満の方のカードには入っていないため、申し込みには使えません。',
    en: 'This card has no certificate for signatures. Cards of children under 15 have none, so it cannot be used to apply.',
  },
  'phone/wrongPassword': {
    ja: '署名用パスワードが違います。大文字と小文字の違いは気にしなくて大丈夫です。',
    en: 'The password of the card is wrong. Capital and small letters make no difference.',
  },
  'phone/passwordBlocked': {
    ja: '署名用パスワードが使えなくなっています。カードを持って市役所・町村役場の窓口へ行くと、設定し直せます。',
    en: 'The password of the card is blocked. Take the card to your city office, where it is set anew.',
  },
  'phone/wrongPin': { ja: '暗証番号が違います。', en: 'The PIN is wrong.' },
  'phone/pinBlocked': {
    ja: '暗証番号が使えなくなりました。マイナンバーカードをかざすと、新しい番号を決められます。',
    en: 'The PIN is blocked. Hold your My Number Card to choose a new one.',
  },
  'phone/suspended': {
    ja: '証明書が一時的に止められています。いまは使えません。',
    en: 'The certificate is suspended and cannot be used for now.',
  },
  'phone/nothingInstalled': {
    ja: 'このスマホには証明書が入っていません。先に申し込んでください。',
    en: 'There is no certificate in this phone. Apply for one first.',
  },
  'phone/noOrder': { ja: 'まだ申し込みがありません。', en: 'Nothing has been applied for yet.' },
  'phone/orderUnderWay': {
    ja: '前の申し込みが進んでいるか、証明書がもう入っています。入れ直すときは、先に消してください。',
    en: 'An application is under way, or a certificate is installed already. Remove it before applying again.',
  },
  'phone/pinNotDue': {
    ja: '暗証番号を決めるのは、証明書を入れたすぐあとの1回だけです。変えるときは「暗証番号を変える」を使ってください。',
    en: 'The PIN is set once, right after installation. To change it, use “Change the PIN”.',
  },
  'phone/pinIsTransport': {
    ja: 'その番号は使えません。ほかの番号にしてください。',
    en: 'This PIN cannot be used. Please choose another.',
  },
  'delivery/notTheAddressee': {
    ja: 'この郵便は、名あて人ご本人にしか渡せません。',
    en: 'This letter is handed to its addressee only.',
  },
  'delivery/noSuchLetter': { ja: 'その郵便はありません。', en: 'There is no such letter.' },
  'card/in-use': {
    ja: 'カードかスマホが、ほかの読み取り機に入っています。取り出してから、もう一度お試しください。',
    en: 'The card or phone is in another reader. Take it out there and try again.',
  },
  'card/unknown': {
    ja: 'そのカードは、この世界にありません。画面の一覧から選んでください。',
    en: 'There is no such card here. Choose one from the list on the screen.',
  },
  'card/busy': {
    ja: 'カードがほかの機械で使われています。少し待ってから、もう一度かざしてください。',
    en: 'The card is in use elsewhere. Wait a little and hold it again.',
  },
  'sp-tsm/statusUnknown': {
    ja: 'カードの証明書が有効かどうかを、いま確かめられません。まだ何も決まっていません。少し待って、もう一度お試しください。',
    en: 'Whether the certificate of the card is valid cannot be found out now. Nothing is decided yet. Please try again a little later.',
  },
  'sp-tsm/signatureNotPassed': {
    ja: 'カードの署名用電子証明書が、失効しているか期限切れです。市役所・町村役場の窓口で更新できます。',
    en: 'The signature certificate of the card is revoked or expired. Your city office can renew it.',
  },
  'sp-tsm/malformedForm': {
    ja: '申し込みの内容を読み取れませんでした。もう一度申し込んでください。',
    en: 'The application could not be read. Please apply again.',
  },
  'sp-tsm/notFresh': {
    ja: '申し込みの時刻が合いません。スマホの時計を確かめて、もう一度申し込んでください。',
    en: 'The time of the application is off. Check the clock of the phone and apply again.',
  },
  'sp-tsm/nonceUsed': { ja: 'この申し込みは、もう受け付けています。', en: 'This application was received before.' },
  'sp-tsm/commandChanged': {
    ja: '携帯電話会社から戻った指示が、頼んだものと違いました。何も入れていません。',
    en: 'The carrier gave back another command than was asked. Nothing was installed.',
  },
  'sp-tsm/receiptsMissing': {
    ja: 'SIMからの受領の証明がそろいませんでした。',
    en: 'The SIM did not confirm what was done.',
  },
  'counter/phoneOnDesk': {
    ja: 'この方のスマホは、いま書き込み中です。先にSIMを戻してください。',
    en: 'A phone of this person is being written. Give its SIM back first.',
  },
  'counter/noPhoneOnDesk': {
    ja: 'この方のSIMは、読み取り機にありません。',
    en: 'No SIM of this person is in the reader.',
  },
  'counter/pinNotDue': { ja: 'まだ暗証番号を決める段階ではありません。', en: 'The PIN is not due yet.' },
  'counter/pinIsTransport': { ja: '別の暗証番号を選んでください。', en: 'Please choose another PIN.' },
  'counter/noSignCertificate': {
    ja: 'このカードには署名用電子証明書がありません。パスワードを空にして、書類で確かめてください。',
    en: 'This card has no signature certificate. Leave the password empty and check documents.',
  },
  'sp-tsm/secondPerson': {
    ja: '提案した人とは別の、承認の受け持ちの人が始めます。',
    en: 'Another person than who proposed it begins it, one whose part that is.',
  },
  'sp-tsm/noLoadFile': {
    ja: 'このファイルは、JPKIアプレットのロードファイル（CAP）ではありません。',
    en: 'This file is no load file (CAP) of the JPKI applet.',
  },
  'sp-tsm/campaignAborted': {
    ja: 'この配布は中止されています。新しい版を用意してください。',
    en: 'This campaign was aborted. Bring a later version.',
  },
  'sp-tsm/unknownPartnerRequest': { ja: 'その申し込みは見つかりません。', en: 'There is no such request.' },
  'sp-tsm/partnerRequestOver': {
    ja: 'この申し込みは、もう済んだか、時間が過ぎました。サービスの画面からやり直してください。',
    en: 'This request was decided or is too old. Begin again at the service.',
  },
  'sp-tsm/partnerNotApproved': { ja: 'まだ承認されていません。', en: 'It has not been approved yet.' },
  'sp-tsm/noOrderOfSim': { ja: 'このSIMの申し込みはありません。', en: 'There is no order for this SIM.' },
  'sp-tsm/callReused': {
    ja: '同じ番号の依頼が、違う内容で届きました。',
    en: 'The same call came with other contents.',
  },
  'sp-tsm/callExpired': { ja: '依頼の期限が過ぎていました。', en: 'The call came too late.' },
  'sp-tsm/nobodyHasThese': {
    ja: '入力された氏名・住所・生年月日・性別に当てはまる、有効なカードが見つかりません。住民票のとおりに入れてください。',
    en: 'No valid card was found for these facts. Enter them as they are in the resident register.',
  },
  'sp-tsm/codeNotDue': { ja: 'いまは番号の入力を待っていません。', en: 'No code is waited for at the moment.' },
  'sp-tsm/wrongCode': { ja: '番号が違います。', en: 'The code is wrong.' },
  'sp-tsm/codeExpired': {
    ja: '番号の期限が過ぎました。新しい番号を送ってもらうか、もう一度申し込んでください。',
    en: 'The code is too old. Have a new one sent, or apply again.',
  },
  'sp-tsm/codeUsedUp': {
    ja: '番号のまちがいが続いたため、安全のためにこの申し込みを終わりにしました。もう一度申し込めます。',
    en: 'Wrong codes were entered too often, so this application was ended for your safety. You can apply again.',
  },
  'sp-tsm/sentTooOften': {
    ja: '番号を送れる回数を超えました。申し込みを取り消して、もう一度申し込んでください。',
    en: 'No more codes can be sent. Withdraw the application and apply again.',
  },
  'sp-tsm/letterNotHandedOver': {
    ja: '郵便がまだご本人に渡っていません。受け取ってから入れてください。',
    en: 'The letter has not been handed over to you yet. Enter the code when you have it.',
  },
  'sp-tsm/applicationOver': {
    ja: 'この申し込みは期限が過ぎました。もう一度申し込んでください。',
    en: 'This application is over. Please apply again.',
  },
  'sp-tsm/notApproved': {
    ja: '先に、届いた番号を入れてください。',
    en: 'Enter the code that you received first.',
  },
  'sp-tsm/noLinkedCertificate': {
    ja: 'カードの利用者証明用電子証明書が使えません。市役所・町村役場の窓口で更新できます。',
    en: 'The authentication certificate of the card is not valid. Your city office can renew it.',
  },
  'sp-tsm/phoneExists': {
    ja: 'ほかのスマホかSIMに、もう証明書が入っています。使えるのは1つだけです。ここで使うときは「前のスマホ・SIMから移す」を選んでください。',
    en: 'Another phone or SIM has a certificate already, and only one can. To use it here, choose “Move it from another phone or SIM”.',
  },
  'sp-tsm/nothingToMove': {
    ja: '移せる証明書はありません。新しくお申し込みください。',
    en: 'There is no certificate that could move. Please apply for a new one.',
  },
  'sp-tsm/unknownCarrier': {
    ja: 'お使いの携帯電話会社は、まだこのサービスに対応していません。',
    en: 'Your carrier does not offer this service yet.',
  },
  'sp-tsm/notEligible': {
    ja: 'この回線・SIM・スマホでは申し込めません。まだ何も入れていません。',
    en: 'This line, SIM or phone cannot have the service. Nothing was written.',
  },
  'sp-tsm/orderLive': {
    ja: 'このSIMには、進んでいる申し込みがもうあります。',
    en: 'This SIM has an application under way already.',
  },
  'sp-tsm/unknownOrder': { ja: '申し込みが見つかりません。', en: 'The application was not found.' },
  'sp-tsm/pinNotDue': {
    ja: '今は暗証番号を決めるときではありません。画面を開き直してください。',
    en: 'It is not yet time to choose the PIN. Please open the screen again.',
  },
  'sp-tsm/orderBusy': {
    ja: '申し込みを処理しているところです。少し待ってください。',
    en: 'Your application is being worked on. Please wait a little.',
  },
  'sp-tsm/leaseLost': {
    ja: '処理に時間がかかりすぎました。自動でやり直します。',
    en: 'It took too long and is tried again by itself.',
  },
  'sp-tsm/notNow': {
    ja: '証明書は今、その手続きができる状態ではありません。少し待ってから、もう一度お試しください。',
    en: 'That cannot be done to the certificate at the moment. Wait a little and try again.',
  },
  'sp-tsm/otherSim': {
    ja: '証明書は別のSIMに入っています。そのSIMの入ったスマホで操作してください。',
    en: 'The certificate is in another SIM. Use the phone with that SIM.',
  },
  'sp-tsm/notYours': { ja: 'この窓口ではできない手続きです。', en: 'This cannot be asked for here.' },
  'sp-tsm/stillStopped': {
    ja: '別のところからも利用が止められています。止めたところ（携帯電話会社や窓口）で解除してください。',
    en: 'The certificate is also stopped by another (your carrier or a counter). Have them end that first.',
  },
  'sp-tsm/unknownCampaign': { ja: 'このバージョンの更新はありません。', en: 'There is no upgrade to this version.' },
  'sp-tsm/versionWrong': {
    ja: 'プログラムのバージョンが違います。',
    en: 'The program is of another version.',
  },
  'sp-tsm/renewalNotDue': {
    ja: '更新できるのは、有効期限の3か月前からです。',
    en: 'Renewal is possible from three months before the end.',
  },
  'sp-tsm/repeatedFailure': {
    ja: 'スマホのSIMに届きませんでした。電波のよいところで、もう一度申し込んでください。',
    en: 'The SIM of the phone could not be reached. Apply again where reception is good.',
  },
  'verifier/signerCertificate': {
    ja: 'この証明書では署名できません。マイナンバーカードの署名用電子証明書が必要です。',
    en: 'This certificate cannot be signed with. The one for signatures on the My Number Card is needed.',
  },
  'verifier/documentUnsignable': {
    ja: 'この文書は、この形式では署名できません。',
    en: 'This document cannot be signed in this format.',
  },
  'verifier/documentTooLarge': {
    ja: '文書が大きすぎます。8メガバイトまでです。',
    en: 'The document is larger than 8 megabytes.',
  },
  'verifier/unknownClient': {
    ja: 'このサービスは、共通プラットフォームに登録されていません。',
    en: 'This service is not registered at the platform.',
  },
  'verifier/unknownRequest': {
    ja: '署名する文書が見つかりません。サービスの画面から、もう一度始めてください。',
    en: 'There is no document that waits for a signature. Begin again at the service.',
  },
  'verifier/requestOver': {
    ja: 'この文書には、もう返事をしたか、時間が過ぎています。',
    en: 'This was signed or declined already, or its time is over.',
  },
  'verifier/signingTime': {
    ja: 'スマホの時計が5分以上ずれています。時計を合わせてから、もう一度お試しください。',
    en: 'The clock of the phone is more than five minutes wrong. Set it and try again.',
  },
  'verifier/unknownReport': {
    ja: 'この検証結果は、見つかりません。結果は1日で消えます。もう一度、文書を検証してください。',
    en: 'There is no such report. Reports are kept for a day; please verify the document again.',
  },
  'verifier/draft': {
    ja: '署名の途中のデータが正しくありません。最初からやり直してください。',
    en: 'What was prepared for signing is not right. Please start again.',
  },
  'verifier/signatureWrong': {
    ja: '署名が正しくありません。カードを確かめて、もう一度署名してください。',
    en: 'The signature is not right. Check the card and sign again.',
  },
  'verifier/signatureNotGood': {
    ja: 'この証明書は今使えないので、署名を完了できません。',
    en: 'This certificate cannot be used now, so the signature is not finished.',
  },
  'verifier/timeStampRequest': {
    ja: 'タイムスタンプの要求が正しくありません。',
    en: 'This request for a time stamp is not right.',
  },
  'verifier/timeStampUnusable': {
    ja: 'タイムスタンプを受け取れませんでした。しばらくしてからやり直してください。',
    en: 'No time stamp could be had. Please try again later.',
  },
  'time-stamps/unreachable': {
    ja: 'タイムスタンプ局につながりません。しばらくしてからやり直してください。',
    en: 'The time-stamping authority cannot be reached. Please try again later.',
  },
  'verifier/unknownLogin': {
    ja: 'このログインは見つかりません。サービスの画面から、もう一度始めてください。',
    en: 'This login was not found. Begin again at the service.',
  },
  'verifier/loginExpired': {
    ja: '受付の期限が過ぎました。サービスの画面から、もう一度始めてください。',
    en: 'The time for this login has passed. Begin again at the service.',
  },
  'verifier/loginAnswered': {
    ja: 'このログインには、もう返事をしています。',
    en: 'This login has been answered already.',
  },
  'verifier/notThisQr': {
    ja: 'ログイン画面のコードではありません。',
    en: 'This is not the code of a login screen.',
  },
  'verifier/qrOld': {
    ja: 'このコードは少し前のものです。いま画面に出ているコードを読み取ってください。送られてきたコードなら、読み取らないでください。',
    en: 'This code is of a moment ago. Read the one that the screen shows now. If somebody sent it to you, do not use it.',
  },
  'verifier/qrUsed': {
    ja: 'このコードは、もう読み取られています。ログインを最初からやり直してください。',
    en: 'This code has been read already. Begin the login again.',
  },
  'verifier/otherPhone': {
    ja: 'このログインは、コードを読み取ったスマホかリーダーだけで答えられます。',
    en: 'Only the phone or reader that read the code can answer this login.',
  },
  'verifier/otherClaims': {
    ja: '伝える項目が、サービスの求めているものと合いません。断るか、はじめからやり直してください。',
    en: 'What would be told is not what the service asks for. Decline, or start again.',
  },
  'verifier/otherMeans': {
    ja: 'このサービスは、別の方法でのログインを求めています（マイナンバーカード、スマホの暗証番号、スマホの指紋・顔のどれか）。',
    en: 'This service asks for a login by other means: the My Number Card, the PIN of the phone, or its fingerprint or face.',
  },
  'service/passwordsUsedUp': {
    ja: '会員コードのまちがいが続いたため、止めました。会員証を入れ直してください。',
    en: 'Wrong codes too often: it was stopped. Have the membership card put in anew.',
  },
  'service/noMember': { ja: 'この登録はありません。', en: 'There is no such membership.' },
  'service/wrongPassword': {
    ja: 'この会員コードは違うか、もう使われています。アプリで新しいものを出してください。',
    en: 'This member code is wrong or was used. Make a new one in the app.',
  },
  'service/noSession': {
    ja: 'ログインの有効時間が過ぎました。もう一度ログインしてください。',
    en: 'Your session has ended. Please log in again.',
  },
  'service/notBegun': {
    ja: 'ログインの途中の画面が古くなっています。もう一度ログインしてください。',
    en: 'This login is out of date. Please log in again.',
  },
  'service/onlyCustomer': {
    ja: 'いまの委任では、できない手続きです。任された方は残高を見ることだけ、会社の代表者と親権者は口座を結びつけることもできます。委任が終わっていないかも、確かめてください。',
    en: 'Your mandate does not let you do this. Somebody who acts for the customer can see the balance; representatives of firms and parents can also link the account. See also whether the mandate has ended.',
  },
  'service/notForOthers': {
    ja: 'この方の口座は、まだ結びついていません。まず、ご本人が一度ログインして、口座と結びつけてください。会社の口座は代表者が、お子さまの口座は親権者が、委任で「口座と結びつける」を選ぶと、結びつけられます。',
    en: 'You cannot act for this customer: the account is not linked yet. The customer logs in and links it once; of a firm the representative, of a child the parent, whose mandate has “Link the account”.',
  },
  'service/notLoggedIn': { ja: 'ログインしていません。', en: 'You are not logged in.' },
  'service/loginDeclined': {
    ja: 'ログインは承認されませんでした。口座には何も起きていません。',
    en: 'The login was not approved. Nothing happened to your account.',
  },
  'service/loginInvalid': {
    ja: 'ログインの結果を確かめられませんでした。安全のために止めました。もう一度ログインしてください。',
    en: 'The result of the login could not be trusted, so it was stopped. Please log in again.',
  },
  'service/tiedToNobody': {
    ja: 'このサービスは、ほかのサービスの残高を扱っていません。',
    en: 'This service shows no balances of others.',
  },
  'service/noTie': {
    ja: 'つながりがないか、切られています。',
    en: 'The two services are not tied together, or no more.',
  },
  'service/notCustomerHere': {
    ja: '相手のサービスに、口座がありません。',
    en: 'There is no account at the other service.',
  },
  'service/notThatService': {
    ja: '問い合わせたサービスを確かめられませんでした。残高は伝わっていません。',
    en: 'The service that asked could not be told for sure. No balance was given.',
  },
  'service/otherAway': {
    ja: '相手のサービスから、返事がありません。少し待ってから、もう一度見てください。',
    en: 'The other service does not answer. Please look again in a little while.',
  },
  'service/platformAway': {
    ja: 'ログインの確認をするところから、今は応答がありません。口座には何も起きていません。少し待って、もう一度お試しください。',
    en: 'Where logins are checked nobody answers just now. Nothing happened to your account. Wait a little and try again.',
  },
  'service/readerAway': {
    ja: '窓口のリーダーが、いま使えません。係の人に声をかけるか、暗証番号を使うログインをしてください。',
    en: 'The reader at the counter cannot be used just now. Ask the staff, or log in with your PIN.',
  },
  'service/wrongPasscode': {
    ja: '番号か名前、またはパスコードが違います。確かめて、もう一度入力してください。',
    en: 'The number or name, or the passcode, is wrong. Please check and try again.',
  },
  'service/tooManyPasscodes': {
    ja: 'まちがいが続いたため、安全のために止めました。最初からログインし直すか、銀行の窓口にお問い合わせください。',
    en: 'There were too many wrong tries, so it was stopped for your safety. Log in again, or ask at the bank.',
  },
  'service/alreadyLinked': {
    ja: 'この口座は、もうほかのログインと結びついています。銀行の窓口にお問い合わせください。',
    en: 'This account is tied to another login already. Please ask at the bank.',
  },
  'terminal/notPrepared': {
    ja: '端末の準備ができていません。係の人が「名簿を用意する」を押してください。',
    en: 'The gate is not prepared. Staff: press “Prepare the list”.',
  },
  'terminal/certificateForeign': {
    ja: '端末の証明書が合いません。もう一度用意してください。',
    en: 'The certificate of this gate does not fit. Please prepare it again.',
  },
  'terminal/listForeign': {
    ja: '名簿の署名が正しくないため、使いません。',
    en: 'The list is not signed by the verification service and is not used.',
  },
  'terminal/listMalformed': { ja: '名簿を読み取れません。', en: 'The list cannot be read.' },
  'terminal/listExpired': { ja: '名簿の期限が切れています。', en: 'The list has expired.' },
  'terminal/listNotYet': {
    ja: '名簿の日付が先のものです。端末の時計を確かめてください。',
    en: 'The list is of a time to come. Check the clock of the gate.',
  },
  'terminal/listOlder': {
    ja: '今の名簿より古いため、使いません。',
    en: 'The list is older than the present one and is not used.',
  },
  'terminal/filterForeign': {
    ja: '失効情報の署名が正しくないため、使いません。',
    en: 'The list of revoked certificates is not signed by the authority and is not used.',
  },
  'terminal/filterMalformed': {
    ja: '失効情報を読み取れません。',
    en: 'The list of revoked certificates cannot be read.',
  },
  'terminal/filterParts': {
    ja: '失効情報がそろっていません。もう一度受け取ってください。',
    en: 'A part of the list of revoked certificates is missing. Please fetch it again.',
  },
  'terminal/filterExpired': {
    ja: '失効情報の期限が切れています。新しいものを受け取ってください。',
    en: 'The list of revoked certificates has expired. Please fetch a new one.',
  },
  'terminal/filterNotYet': {
    ja: '失効情報の日付が先のものです。端末の時計を確かめてください。',
    en: 'The list of revoked certificates is of a time to come. Check the clock of the gate.',
  },
  'terminal/filterOlder': {
    ja: '今の失効情報より古いため、使いません。',
    en: 'The list of revoked certificates is older than the present one and is not used.',
  },
  'authority/unknownCertificate': {
    ja: 'そのシリアル番号の証明書は発行していません。',
    en: 'No certificate has this serial number.',
  },
  'authority/unknownPartition': {
    ja: 'その市町村の証明書は、まだ発行していません。',
    en: 'No certificate was issued for this municipality yet.',
  },
}

export const refusalText = (code: string): Words =>
  (Object.hasOwn(REFUSAL_TEXTS, code) && REFUSAL_TEXTS[code]) || GENERAL
