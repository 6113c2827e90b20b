// The roles of the seed documents as the start page introduces them.

import type { IconName } from '../icons.ts'
import type { Words } from '../language.ts'

export interface CastMember {
  readonly name: Words
  readonly does: Words
  readonly drawing: IconName
  /** Its screen, where it has one. */
  readonly href?: string
}

export const CAST: readonly CastMember[] = [
  {
    name: { ja: '住民基本台帳ネットワーク', en: 'Resident register' },
    does: { ja: 'だれがどこに住んでいるか。異動を認証局に知らせます。', en: 'Who lives where; tells of each change.' },
    drawing: 'people',
  },
  {
    name: { ja: '市区町村窓口', en: 'Municipal counter' },
    does: {
      ja: 'カードを作って渡し、暗証番号や紛失の相談を受けます。',
      en: 'Makes cards, helps with PINs, stops lost ones.',
    },
    drawing: 'people',
    href: '/counter',
  },
  {
    name: { ja: '認証局（J-LIS）', en: 'Certification authority' },
    does: {
      ja: '署名用と利用者証明用の証明書を発行し、失効を知らせます。',
      en: 'Issues both kinds of certificates and says which are revoked.',
    },
    drawing: 'shield',
    href: '/authority',
  },
  {
    name: { ja: '携帯電話会社（MNO-TSM）', en: 'Mobile carrier' },
    does: { ja: '電波を通して、SIMの中にアプリを入れます。', en: 'Loads the applet into the SIM over the air.' },
    drawing: 'tower',
    href: '/carriers',
  },
  {
    name: { ja: 'SP-TSM（J-LIS）', en: 'SP-TSM' },
    does: {
      ja: '申し込みを受け、鍵と証明書をSIMに用意します。',
      en: 'Takes applications and puts key and certificate into the SIM.',
    },
    drawing: 'card',
    href: '/authority/orders',
  },
  {
    name: { ja: 'コールセンター（J-LIS）', en: 'Call centre' },
    does: {
      ja: 'なくしたという電話で証明書を止め、どうすればよいかを伝えます。',
      en: 'Stops a certificate on a call, and says what to do.',
    },
    drawing: 'people',
    href: '/call-centre',
  },
  {
    name: { ja: '署名等検証事業者', en: 'Verification service' },
    does: {
      ja: 'サービスに代わって、署名とログインを確かめます。',
      en: 'Checks signatures and logins for the services.',
    },
    drawing: 'passed',
    href: '/verify',
  },
  {
    name: { ja: '認証基盤の運営', en: 'Operator of the platform' },
    does: {
      ja: '団体とサービスの様子を見て、上限を決め、必要なら止めます。',
      en: 'Watches tenants and services, sets quotas, and stops one where needed.',
    },
    drawing: 'people',
    href: '/platform',
  },
  {
    name: { ja: '証券会社（自ら確かめるサービス）', en: 'Securities firm (verifies itself)' },
    does: {
      ja: 'マイナンバーカードの署名で口座を開き、署名を自分で確かめます。',
      en: 'Opens accounts by signature, and verifies the signatures itself.',
    },
    drawing: 'bank',
    href: '/securities',
  },
  {
    name: { ja: '銀行（サービス）', en: 'Bank (a service)' },
    does: { ja: 'スマホの証明書でログインできます。', en: 'Its customers log in with the phone.' },
    drawing: 'bank',
    href: '/bank',
  },
  {
    name: { ja: '銀行の電話の受付', en: 'Telephone desk of the bank' },
    does: {
      ja: '電話の相手がご本人かを、スマホの承認で確かめます。',
      en: 'Makes sure who is calling, by an approval on the phone.',
    },
    drawing: 'people',
    href: '/bank/desk',
  },
  {
    name: { ja: '信用金庫（もう一つのサービス）', en: 'Credit union (another service)' },
    does: {
      ja: '同じ証明書で、別の番号のお客さまとしてログインできます。',
      en: 'The same certificate logs in here too, as a customer of another number.',
    },
    drawing: 'bank',
    href: '/shinkin',
  },
  {
    name: { ja: '資格確認端末', en: 'Gate terminal' },
    does: { ja: '会場の入口。かざすだけで入場できます。', en: 'At the door of a concert: a tap lets you in.' },
    drawing: 'gate',
    href: '/gate',
  },
]
