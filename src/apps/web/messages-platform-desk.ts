// Sentences of the desk of the verification platform: alarms, what has two clerks behind it, keys, clerks.

import type { Alarm, Part } from '../../roles/verifier/operator/contract.ts'
import type { Words } from './language.ts'

export const PLATFORM_DESK_MESSAGES = {
  allWell: { ja: '今、困っていることはありません。', en: 'All is well.' },
  alarms: { ja: 'すぐ見てください', en: 'Needs attention now' },

  pages: { ja: 'この席のページ', en: 'Pages of this desk' },
  proposals: { ja: 'もう一人の承認を待っているもの', en: 'Waiting for a second clerk' },
  proposedBy: { ja: '提案した人', en: 'Proposed by' },
  grave: {
    ja: 'もう一人の職員が確かめて承認したときに、はじめて行われます。',
    en: 'It happens only when another clerk has looked at it too and releases it.',
  },
  release: { ja: '承認して、すぐ行う', en: 'Release it now' },
  withdraw: { ja: '提案を取り下げる', en: 'Withdraw the proposal' },
  proposeDrop: { ja: 'あきらめる提案をする', en: 'Propose to give up' },
  waitsForRelease: { ja: '承認を待っています', en: 'Waits for a second clerk.' },

  erase: {
    ja: (name: string) => `${name}のために保存したものを消す`,
    en: (name: string) => `Erase what was kept for ${name}`,
  },
  eraseLead: {
    ja: '鍵をすべて消します。保存したものは、控えからも、だれにも読めなくなります。',
    en: 'All keys are deleted. Nothing that was kept can be read by anybody again, from no backup either.',
  },
  eraseName: { ja: '確かめるため、名前をそのまま書いてください', en: 'To confirm, write the name as it stands here' },
  eraseOther: {
    ja: '書かれた名前が、ここにある名前と違います。',
    en: 'This is not the name that stands here.',
  },
  proposeErase: { ja: '消す提案をする', en: 'Propose to erase' },
  close: { ja: (name: string) => `${name}を閉じる`, en: (name: string) => `Close ${name} for good` },
  closeLead: {
    ja: 'だれもログインできなくなり、続いているログインや承認も終わります。同じIDではもう登録できません。',
    en: 'Nobody logs in there any more; logins and approvals under way end. Its id is never registered again.',
  },
  proposeClose: { ja: '閉じる提案をする', en: 'Propose to close' },
  closed: { ja: '閉じられました。保存したものが残っています。', en: 'Closed. Something is still kept for it.' },
  nothingKept: { ja: '保存しているものはありません。', en: 'Nothing is kept for it.' },
  ownServices: { ja: '団体のないサービス', en: 'Services without a tenant' },
  noQuota: { ja: '上限なし', en: 'no limit' },

  keys: { ja: '団体の鍵', en: 'Keys of tenants' },
  keysLead: {
    ja: '団体ごとに預かるものは、その団体の鍵で閉じています。鍵は、番号のついた親の鍵で守っています。',
    en: 'What is kept for a tenant is sealed with its key. These keys are wrapped by a numbered key of the keeper.',
  },
  generation: { ja: '親の鍵の番号', en: 'Wrapping key' },
  keysAll: { ja: '鍵の数', en: 'Keys' },
  keysOf: { ja: '団体の数', en: 'Tenants' },
  keysNewest: { ja: 'いちばん新しい鍵', en: 'Newest key' },
  keysDone: {
    ja: (done: string, all: string) => `${all}個のうち${done}個が、新しい親の鍵で守られています。`,
    en: (done: string, all: string) => `${done} of ${all} are wrapped by the newest key.`,
  },
  keysGoing: {
    ja: '前の番号の鍵が残っています。替えている途中でなければ、もう一度替えてください。',
    en: 'Some are wrapped by an earlier key. Unless a change is under way, change them again.',
  },
  rotate: { ja: '鍵を替える', en: 'Change the keys' },
  rotateLead: {
    ja: '替えているあいだも、すべて読めます。終わったら、前の親の鍵はもう使われません。',
    en: 'Everything stays readable meanwhile. Afterwards the wrapping key of before is used no more.',
  },
  never: { ja: 'まだありません', en: 'none yet' },

  clerks: { ja: '職員', en: 'Clerks' },
  clerksLead: {
    ja: 'この席にサインインできる人です。変えると、すぐに効きます。',
    en: 'These clerks may sign in at this desk. Changes take effect at once.',
  },
  clerkName: { ja: '名前', en: 'Name' },
  parts: { ja: '受け持ち', en: 'Parts' },
  locked: {
    ja: '合言葉を5回まちがえたので、入れません。新しい合言葉を決めてください。',
    en: 'Locked after five wrong passcodes: give a new one.',
  },
  changeClerk: { ja: (name: string) => `${name}を変える`, en: (name: string) => `Change ${name}` },
  newPasscode: { ja: '新しい合言葉', en: 'New passcode' },
  passcodeHint: {
    ja: '8文字以上64文字まで。空のままなら、今の合言葉のままです。',
    en: 'From 8 to 64 characters. Left empty, the present one stays.',
  },
  firstPasscode: { ja: '最初の合言葉', en: 'First passcode' },
  firstPasscodeHint: { ja: '8文字以上64文字まで。', en: 'From 8 to 64 characters.' },
  clerkIdHint: {
    ja: '小文字と数字で2文字以上。例：yamada',
    en: 'Small letters and digits, two or more. Example: yamada',
  },
  save: { ja: '保存する', en: 'Save' },
  addClerk: { ja: '職員を加える', en: 'Add a clerk' },
  takeAway: { ja: (name: string) => `${name}をはずす`, en: (name: string) => `Remove ${name}` },
  takeAwaySure: {
    ja: 'すぐにサインインできなくなります。したことの記録は残ります。',
    en: 'The clerk can no longer sign in. What the clerk did stays on record.',
  },
  clerkShape: {
    ja: '名前は40字まで、受け持ちは一つ以上、職員番号は小文字と数字、合言葉は8文字以上64文字までです。',
    en: 'A name of up to 40 characters, one part at least, an id of small letters and digits, a passcode of 8 to 64.',
  },
  you: { ja: 'あなた', en: 'you' },
  ownActs: { ja: 'あなたがしたこと', en: 'What you did' },
  machine: { ja: '機械の持ち主', en: 'who runs the machine' },
  brokenOff: { ja: '途中で止まった', en: 'broken off' },
  actProposeErase: { ja: '消す提案', en: 'propose to erase' },
  actProposeDrop: { ja: 'お知らせをあきらめる提案', en: 'propose to give up an event' },
  actWithdrawErase: { ja: '消す提案の取り下げ', en: 'withdraw: erase' },
  actWithdrawDrop: { ja: 'あきらめる提案の取り下げ', en: 'withdraw: give up an event' },
  actProposeClose: { ja: 'サービスを閉じる提案', en: 'propose to close a service' },
  actWithdrawClose: { ja: '閉じる提案の取り下げ', en: 'withdraw: close' },
  actClose: { ja: 'サービスを閉じる', en: 'close a service' },
  actErase: { ja: '保存したものを消す', en: 'erase' },
  actRotate: { ja: '鍵を替える', en: 'change keys' },
  actPutClerk: { ja: '職員を加える・変える', en: 'add or change a clerk' },
  actTakeClerkAway: { ja: '職員をはずす', en: 'remove a clerk' },
} as const

export const PARTS: Record<Part, Words> = {
  operator: { ja: '運用：止める、鍵を替える、提案する', en: 'Operator: stops, changes keys, proposes' },
  release: { ja: '承認：ほかの人の提案を承認する', en: 'Release: approves what another clerk proposed' },
  auditor: { ja: '監査：見て、証跡を受け取る', en: 'Auditor: reads, exports evidence' },
  administrator: { ja: '管理：職員を決める', en: 'Administrator: decides who the clerks are' },
}

export const ALARMS: Record<Alarm, Words> = {
  authorityAway: {
    ja: 'J-LISが返事をしません。ログインや署名は、確かめられないあいだ断られます。',
    en: 'J-LIS does not answer. Logins and signatures are refused while they cannot be checked.',
  },
  feedWaits: {
    ja: '証明書の異動のお知らせを、1分より長く受け取れていません。',
    en: 'A change of a certificate has waited for more than a minute.',
  },
  listOld: { ja: '失効リストが13時間より古くなっています。', en: 'The revocation list is older than 13 hours.' },
  manyFail: {
    ja: 'この1、2時間、5件に1件より多くがうまくいっていません。',
    en: 'In the last two hours more than one request in five failed.',
  },
  slow: { ja: '5%より多くが、2秒より長くかかっています。', en: 'More than 5% take longer than two seconds.' },
  queueOld: {
    ja: 'サービスへのお知らせが、10分より長く届いていません。',
    en: 'An event for a service has waited for more than ten minutes.',
  },
  dead: { ja: '届けられなかったお知らせがあります。', en: 'There are events that could not be delivered.' },
  keysBehind: {
    ja: '前の親の鍵で守られている団体の鍵があります。',
    en: 'Some keys of tenants are wrapped by an earlier key.',
  },
}
