// Sentences of the desk of the verification platform, and of the figures that its tenants see too.

import type { TermName } from '../../roles/verifier/retention/terms.ts'
import type { Words } from './language.ts'

export const PLATFORM_MESSAGES = {
  title: { ja: '認証基盤の様子', en: 'State of the platform' },
  lead: {
    ja: 'この24時間の数です。だれが使ったかは、ここには出ません。',
    en: 'Figures of the last 24 hours. Who used it is not shown.',
  },
  figures: { ja: '時間ごとの数', en: 'By the hour' },
  noFigures: { ja: 'この24時間には、まだ何も使われていません。', en: 'Nothing was used in the last 24 hours.' },
  barsOf: {
    ja: (most: string) =>
      `棒の高さ：1時間の数（いちばん多い時間は${most}件）。濃い色がうまくいった数、赤がうまくいかなかった数です。`,
    en: (most: string) => `Height: requests an hour (${most} at the most). Dark: went well; red: did not.`,
  },
  hour: { ja: '時刻', en: 'Hour' },
  logins: { ja: 'ログイン', en: 'Logins' },
  other: { ja: 'そのほか', en: 'Other' },
  failed: { ja: 'うまくいかなかった', en: 'Failed' },
  declined: { ja: '本人がことわった', en: 'Declined' },
  reasons: { ja: 'うまくいかなかった理由', en: 'Why requests failed' },
  noReasons: { ja: 'うまくいかなかったものは、ありません。', en: 'Nothing failed.' },
  what: { ja: '何を', en: 'What' },
  reason: { ja: '理由', en: 'Reason' },
  count: { ja: '件数', en: 'Number' },
  latency: { ja: 'かかった時間', en: 'How long it took' },
  noLatency: { ja: 'まだ測っていません。', en: 'Nothing was measured yet.' },
  half: { ja: '半分はこれ以内', en: 'Half within' },
  most: { ja: '95%はこれ以内', en: '95% within' },
  ms: { ja: (count: string) => `${count}ミリ秒`, en: (count: string) => `${count} ms` },
  freshness: { ja: '証明書の状態の新しさ', en: 'How fresh the status of certificates is' },
  list: { ja: '失効リストができた日時', en: 'Newest revocation list' },
  answer: { ja: '最後に使ったOCSP応答の日時', en: 'Newest OCSP answer in use' },
  feed: { ja: '失効のお知らせ', en: 'Changes of certificates' },
  feedClear: { ja: 'すべて受け取りました', en: 'all received' },
  feedWaits: {
    ja: (since: string) => `${since}のお知らせを、まだ受け取っていません`,
    en: (since: string) => `one from ${since} has not been received`,
  },
  unknown: { ja: '今は分かりません', en: 'not known just now' },
  open: { ja: '本人の答えを待っているもの', en: 'Waiting for people to answer' },
  openLogins: { ja: 'ログイン', en: 'Logins' },
  openApprovals: { ja: '電話などの承認', en: 'Approvals' },
  queues: { ja: 'サービスへのお知らせ', en: 'Events for services' },
  noQueue: { ja: '待っているお知らせは、ありません。', en: 'No events are waiting.' },
  service: { ja: 'サービス', en: 'Service' },
  oldest: { ja: 'いちばん古いもの', en: 'Oldest' },
  failures: { ja: '続けて失敗した回数', en: 'Failed in a row' },
  dead: { ja: '届けられなかったお知らせ', en: 'Events that could not be delivered' },
  noDead: { ja: '届けられなかったお知らせは、ありません。', en: 'Every event was delivered.' },
  at: { ja: '日時', en: 'When' },
  retry: { ja: 'もう一度届ける', en: 'Deliver again' },
  dropReason: { ja: 'あきらめる理由', en: 'Reason for giving up' },
  act: { ja: 'すること', en: 'Act' },
  done: { ja: '記録しました。', en: 'Done and recorded.' },
  reasonNeeded: { ja: '理由を200字までで書いてください。', en: 'Give a reason of up to 200 characters.' },
  numberNeeded: {
    ja: '1分あたりの数を、0から1,000,000までの数字で書いてください。',
    en: 'Requests a minute: a number from 0 to 1,000,000.',
  },

  tenants: { ja: '団体とサービス', en: 'Tenants and services' },
  noTenants: { ja: 'まだ団体はありません。', en: 'There is no tenant yet.' },
  opened: { ja: '作った日', en: 'Opened' },
  administrators: { ja: '管理する人', en: 'Administrators' },
  quota: { ja: '1分あたりの上限', en: 'Requests a minute' },
  ownQuota: { ja: '団体の上限だけ', en: 'the tenant’s only' },
  setQuota: { ja: '上限を変える', en: 'Change the quota' },
  suspended: { ja: '止めています', en: 'Suspended' },
  held: { ja: '消さずに残しています', en: 'Held: nothing is deleted' },
  since: {
    ja: (at: string, clerk: string) => `${at}から（${clerk}）`,
    en: (at: string, clerk: string) => `since ${at} (${clerk})`,
  },
  suspend: { ja: (name: string) => `${name}を止める`, en: (name: string) => `Suspend ${name}` },
  suspendHint: {
    ja: '今すぐ止まります。途中のログインや承認も終わります。理由は、団体の管理者に見えます。',
    en: 'It stops at once, with logins and approvals under way. Its administrators see the reason.',
  },
  resume: { ja: (name: string) => `${name}をまた使えるようにする`, en: (name: string) => `Resume ${name}` },
  hold: { ja: (name: string) => `${name}の記録を消さずに残す`, en: (name: string) => `Hold the records of ${name}` },
  holdHint: {
    ja: '裁判や監査のあいだ、期間が過ぎても消しません。',
    en: 'For a court or an auditor: nothing is deleted although its term is over.',
  },
  lift: { ja: '残すのをやめる', en: 'Lift the hold' },
  measureReason: { ja: '理由', en: 'Reason' },
  noServices: { ja: 'サービスはまだありません。', en: 'No service yet.' },
  change: { ja: '上限・停止・保存', en: 'Quota, suspension, hold' },

  records: { ja: '記録と保存の期間', en: 'Records and how long they stay' },
  recordsLead: {
    ja: '期間が過ぎた記録は、10秒ごとに消えます。',
    en: 'Records whose term is over are deleted every ten seconds.',
  },
  kind: { ja: '記録', en: 'Record' },
  term: { ja: '期間', en: 'Term' },
  forgotten: { ja: '30日間に消した数', en: 'Deleted in 30 days' },
  ground: { ja: '根拠', en: 'Ground' },
  atEnd: { ja: '終わったらすぐ', en: 'at its end' },
  minutes: { ja: (n: string) => `${n}分`, en: (n: string) => (n === '1' ? '1 minute' : `${n} minutes`) },
  days: { ja: (n: string) => `${n}日`, en: (n: string) => (n === '1' ? '1 day' : `${n} days`) },
  years: { ja: (n: string) => `${n}年`, en: (n: string) => `${n} years` },
  acts: { ja: 'この席でしたこと', en: 'What was done at this desk' },
  noActs: { ja: 'まだ何もしていません。', en: 'Nothing yet.' },
  clerk: { ja: '職員', en: 'Clerk' },
  subject: { ja: '対象', en: 'Subject' },
  outcome: { ja: '結果', en: 'Outcome' },
  wasDone: { ja: 'した', en: 'done' },
  actQuota: { ja: '上限を変える', en: 'change the quota' },
  actSuspend: { ja: '止める', en: 'suspend' },
  actResume: { ja: 'また使えるようにする', en: 'resume' },
  actHold: { ja: '記録を残す', en: 'hold' },
  actLiftHold: { ja: '残すのをやめる', en: 'lift the hold' },
  actDrop: { ja: 'お知らせをあきらめる', en: 'give up an event' },
  actRevive: { ja: 'お知らせをもう一度届ける', en: 'deliver an event again' },
} as const

/** What each kind of record is, and in Japanese why it stays so long; in English the table of terms says it. */
export const RECORDS_KEPT: Record<TermName, { readonly name: Words; readonly why: string }> = {
  login: { name: { ja: 'ログイン', en: 'login' }, why: '遅れて来たスマホに、理由を伝えるため' },
  loginNote: {
    name: { ja: '本人が見るログインの記録', en: 'login shown to its person' },
    why: '本人が1年分を見られるように',
  },
  question: {
    name: { ja: '年齢や同意の問い合わせ', en: 'question to a holder' },
    why: '遅れて来たスマホに、理由を伝えるため',
  },
  document: {
    name: { ja: '署名を待つ文書', en: 'document to be signed' },
    why: 'サービスが1日のうちに受け取る。文書はサービスのもので、認証基盤のものではない',
  },
  report: {
    name: { ja: '署名の検証の報告', en: 'report on signatures' },
    why: '署名した人の名前があるので、文書と同じだけ',
  },
  approval: { name: { ja: '電話などの承認', en: 'approval' }, why: 'どうなったかを、スマホが1週間見せるため' },
  statement: { name: { ja: '使った申し出', en: 'used statement' }, why: 'それより古いものは、日時で断るため' },
  delivered: {
    name: { ja: '届けたお知らせ', en: 'delivered event' },
    why: 'なぜ知らされたかという問いに、1か月答えるため',
  },
  deadLetter: {
    name: { ja: '届けられなかったお知らせ', en: 'dead letter' },
    why: '3か月のあいだ、だれも送り直さなかった',
  },
  overEvent: {
    name: { ja: '同意が終わったお知らせ', en: 'event whose consent is over' },
    why: '同意が終わったので、もうだれにも知らせない',
  },
  withdrawnConsent: {
    name: { ja: '取り消された同意', en: 'withdrawn consent' },
    why: '取り消しまでは情報を渡す根拠だったので、証跡と同じだけ',
  },
  endedConsent: {
    name: { ja: '終わった同意', en: 'ended consent' },
    why: '終わりまでは情報を渡す根拠だったので、証跡と同じだけ',
  },
  artifact: {
    name: { ja: 'コード・トークン・セッション', en: 'codes, tokens, sessions' },
    why: '終わったら、何の役にも立たない',
  },
  count: { name: { ja: '1分ごとの数', en: 'count of a minute' }, why: '上限は、その1分だけを見る' },
  developerSession: {
    name: { ja: '管理する人のログイン', en: 'session of an administrator' },
    why: '終わったら、何の役にも立たない',
  },
  invitation: { name: { ja: '招待のコード', en: 'invitation' }, why: '終わったら、何の役にも立たない' },
  activity: { name: { ja: 'サービスの記録', en: 'log of a service' }, why: '開発者が、3か月分の失敗を調べるため' },
  figures: {
    name: { ja: '時間ごとの数', en: 'figures by the hour' },
    why: '前の年と比べるため。だれのことも分からない',
  },
  evidence: {
    name: { ja: '証跡', en: 'evidence' },
    why: 'サービスは確認記録を7年残す（犯罪収益移転防止法6条・7条）。同意は10年続く',
  },
  mandateOffer: {
    name: { ja: '受けられなかった委任の申し出', en: 'mandate that nobody accepted' },
    why: 'だれも受けなかった。本人が1年分を見られるように',
  },
  mandate: {
    name: { ja: '委任', en: 'mandate' },
    why: '終わりまでは代わりに行う根拠だったので（民法99条）、証跡と同じだけ',
  },
  mandateUse: {
    name: { ja: '委任を使った記録', en: 'use of a mandate' },
    why: '二人が1年分を見られるように。証跡には、だれかを書かずに残る',
  },
  firmClaim: {
    name: { ja: '承認されなかった代表者の申し出', en: 'claim to represent a firm that was not released' },
    why: '本人が1年分を見られるように',
  },
  representation: {
    name: { ja: '会社の代表者', en: 'representative of a firm' },
    why: '会社の代わりをする根拠だったので、検証の証跡と同じだけ',
  },
  mandateSession: {
    name: { ja: '委任でのログイン', en: 'session by a mandate' },
    why: '終わったら、何の役にも立たない',
  },
  keptStatus: {
    name: { ja: '控えた証明書の状態', en: 'kept status of a certificate' },
    why: '30分より古い状態には、どのサービスも頼れない',
  },
  seenRevocation: {
    name: { ja: '失効を見た証明書', en: 'revocation that was seen' },
    why: '控えた状態より強い。それより古いものは、もうない',
  },
  clerkSession: { name: { ja: '職員のサインイン', en: 'session of a clerk' }, why: '終わったら、何の役にも立たない' },
  operatorAct: {
    name: { ja: 'この席でしたこと', en: 'act at this desk' },
    why: '証跡があるかぎり、だれが何をしたかを聞かれるため',
  },
  proposal: {
    name: { ja: 'もう一人の承認を待つ提案', en: 'proposal that waits for a second clerk' },
    why: '1週間だれも承認しなければ、提案し直す',
  },
  pace: {
    name: { ja: '承認を求めた回数', en: 'how often whom was asked' },
    why: '求めすぎの制限は1日を見る。1か月分で、くせが分かる',
  },
  tie: {
    name: { ja: 'つないだサービス', en: 'services tied together' },
    why: '終わる日のあとは、番号がだれのことでもなくなる',
  },
  deletion: {
    name: { ja: '消した数', en: 'how many were deleted' },
    why: '前の年と比べるため。だれのことも分からない',
  },
}
