// Sentences of the campaigns: a later version of the applet for a share of the SIMs.

import type { CampaignState } from '../../roles/sp-tsm/life/contract.ts'
import type { Words } from './language.ts'

export const CAMPAIGN_MESSAGES = {
  title: { ja: 'アプレットの更新の配布', en: 'Campaigns: renewal of the applet' },
  lead: {
    ja: '新しい版を、使用中のSIMに少しずつ入れます。証明書と暗証番号はそのままです。一人が提案し、別の人が承認すると始まります。失敗が決めた割合を超えると、自動で止まります。',
    en: 'A new version goes into the SIMs in use, share by share; certificate and PIN stay. One person proposes it, and it begins when another one releases it. It stops by itself when more fail than was allowed.',
  },
  none: { ja: '配布はまだありません。', en: 'There is no campaign yet.' },
  version: { ja: (version: string) => `版 ${version}`, en: (version: string) => `Version ${version}` },
  state: { ja: '状態', en: 'State' },
  share: { ja: '入れる割合', en: 'Share' },
  percent: { ja: (value: string) => `${value} %`, en: (value: string) => `${value} %` },
  done: { ja: '済み', en: 'Done' },
  underWay: { ja: '作業中', en: 'Under way' },
  waiting: { ja: '前の版のまま', en: 'With an earlier version' },
  failed: { ja: '失敗', en: 'Failed' },
  errorRate: {
    ja: (rate: string, most: string) => `${rate} %（${most} %を超えると止まる）`,
    en: (rate: string, most: string) => `${rate} % (stops above ${most} %)`,
  },
  rate: { ja: '失敗の割合', en: 'Rate of failures' },
  proposedBy: { ja: '提案した人', en: 'Proposed by' },
  administrator: { ja: '管理者', en: 'an administrator' },
  progress: {
    ja: (done: string, all: string) => `${all}枚のうち${done}枚が済みました`,
    en: (done: string, all: string) => `${done} of ${all} SIMs are done`,
  },
  reach: {
    ja: (reached: string, all: string) => `承認すると、前の版の${all}枚のうち${reached}枚に入ります。`,
    en: (reached: string, all: string) => `Released, it reaches ${reached} of ${all} SIMs with an earlier version.`,
  },
  release: { ja: '承認して始める', en: 'Release it' },
  goOn: { ja: '承認して続ける', en: 'Let it go on' },
  pause: { ja: '休む', en: 'Pause' },
  abort: { ja: 'やめる（この版は二度と配布しない）', en: 'Abort (this version never begins again)' },
  abortTitle: { ja: 'この配布をやめますか', en: 'Abort this campaign?' },
  abortText: {
    ja: 'この版は、もう始められません。入れ終わったSIMは新しい版のまま、作業中のものは最後まで進みます。',
    en: 'This version never begins again. SIMs that have it keep it; what is under way ends.',
  },
  abortNow: { ja: '配布をやめる', en: 'Abort it' },
  failures: { ja: '失敗した申し込みを見る', en: 'See the orders that failed' },
  propose: { ja: '配布を提案する', en: 'Propose a campaign' },
  versionField: { ja: '版（2から127）', en: 'Version (2 to 127)' },
  percentField: { ja: '入れる割合（%）', en: 'Share in percent' },
  percentHint: {
    ja: '割合を増やしても、先に入れたSIMは同じです。同じ版をもう一度提案すると、割合が変わります。',
    en: 'A larger share holds the smaller one. Propose the same version again to change its share.',
  },
  mostErrors: { ja: '止まるまでの失敗の割合（%）', en: 'Failures in percent above which it stops' },
  file: { ja: 'ロードファイル（CAP）', en: 'Load file (CAP)' },
  fileHint: { ja: '同じ版の割合を変えるだけなら、いりません。', en: 'Not needed to change the share of a version.' },
  proposeNow: { ja: '提案する', en: 'Propose it' },
  versionShape: { ja: '2から127までの数字を入れてください。', en: 'Enter a number from 2 to 127.' },
  shareShape: { ja: '0から100までの数字を入れてください。', en: 'Enter a number from 0 to 100.' },
  shape: {
    ja: '版は2から127、割合は0から100の数字で入れてください。',
    en: 'Enter a version from 2 to 127, and shares from 0 to 100.',
  },
  proposed: {
    ja: '提案しました。別の人が承認すると始まります。',
    en: 'Proposed. It begins when another person releases it.',
  },
  acted: { ja: '受け付けました。', en: 'It was taken.' },
} as const

export const CAMPAIGN_STATES = {
  proposed: { ja: '承認待ち', en: 'waits to be released' },
  running: { ja: '配布中', en: 'running' },
  paused: { ja: '休止中', en: 'paused' },
  stopped: { ja: '失敗が多く、自動で停止', en: 'stopped by its failures' },
  aborted: { ja: '中止', en: 'aborted' },
} as const satisfies Record<CampaignState, Words>
