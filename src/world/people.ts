// Who lives in the seeded world. Every person, company and town here is invented; so is municipality code 13999.

import type { FourInfo } from '../base/contract.ts'
import type { SIM_MODELS } from '../roles/carrier/index.ts'
import type { Counter } from '../roles/counter/contract.ts'
import type { Municipality } from '../roles/resident-register/contract.ts'

export const KAZASU_CITY: Municipality = {
  code: '13999',
  name: 'かざす市',
  prefectureRomaji: 'Tokyo-to',
  municipalityRomaji: 'Kazasu-shi',
}

export type CitizenName = 'adult' | 'elder' | 'child'

export interface Citizen {
  readonly label: { readonly ja: string; readonly en: string }
  readonly fourInfo: FourInfo
  /** 16 digits in the token information of the card. */
  readonly cardNumber: string
  readonly pin: string
  /** 券面事項入力補助用 and 住民基本台帳用 暗証番号; people often choose one for both. */
  readonly facePin: string
  /** Twelve digits whose check digit is wrong, so that nobody has this number. */
  readonly myNumber: string
  /** Four digits on the face of the card. */
  readonly securityCode: string
  /** 署名用パスワード; under 15 there is no signature certificate and so no password. */
  readonly password: string | null
  /** As the carrier knows it. */
  readonly mailAddress: string | null
  /** What the citizen will choose for the phone, in demos and tests. */
  readonly phonePin: string
  readonly line: {
    readonly carrier: CarrierId
    readonly msisdn: string
    readonly iccid: string
    readonly simModel: keyof typeof SIM_MODELS
    readonly deviceModel: string
  }
  /** Seat at the concert behind the gate. */
  readonly ticket: string
  readonly bankCustomer: { readonly customerNumber: string; readonly passcode: string; readonly balance: number }
}

/** Two networks that differ in mode, SIMs and bearers, and one carrier that has nothing of its own but lines. */
export const CARRIERS = {
  minato: {
    label: { ja: 'みなとモバイル', en: 'Minato Mobile' },
    kind: 'mno',
    mode: 'SIMPLE',
    simModels: ['minato-nfc-1', 'minato-classic-1'],
  },
  aozora: {
    label: { ja: 'あおぞらテレコム', en: 'Aozora Telecom' },
    kind: 'mno',
    mode: 'DELEGATED',
    simModels: ['aozora-nfc-1', 'aozora-lite-1'],
  },
  kodama: {
    label: { ja: 'こだまSIM', en: 'Kodama SIM' },
    kind: 'mvno',
    host: 'minato',
    simModels: ['kodama-nfc-1'],
  },
} as const
export type CarrierId = keyof typeof CARRIERS

/** For the table of line, SIM, phone and network. */
export const carrierFacts = (Object.keys(CARRIERS) as CarrierId[]).map((id) => {
  const carrier = CARRIERS[id]
  return { id, network: carrier.kind === 'mvno' ? carrier.host : id, simModels: carrier.simModels }
})

/** Eleven years old, at most, whenever this world begins: under fifteen there is no 署名用 certificate, under eighteen there are parents. */
const CHILD_BORN = `${new Date().getUTCFullYear() - 11}-06-21`

export const CITIZENS = {
  adult: {
    label: { ja: '大人', en: 'Adult' },
    fourInfo: {
      name: '風見　あかり',
      address: '東京都かざす市みなと町１丁目２番３号',
      birthDate: '1988-04-12',
      gender: '2',
    },
    cardNumber: '1399900000000001',
    pin: '1234',
    facePin: '1111',
    myNumber: '139990000011',
    securityCode: '2285',
    password: 'ABC123',
    mailAddress: 'akari@example.jp',
    phonePin: '4321',
    line: {
      carrier: 'minato',
      msisdn: '819000000001',
      iccid: '8981990000000000018',
      simModel: 'minato-nfc-1',
      deviceModel: 'kazasu-phone-1',
    },
    ticket: 'A-12',
    bankCustomer: { customerNumber: '1000001', passcode: '770011', balance: 1_280_000 },
  },
  elder: {
    label: { ja: '高齢の方', en: 'Elder' },
    fourInfo: {
      name: '風見　正造',
      address: '東京都かざす市みなと町１丁目２番３号',
      birthDate: '1944-11-03',
      gender: '1',
    },
    cardNumber: '1399900000000002',
    pin: '5678',
    facePin: '2222',
    myNumber: '139990000022',
    securityCode: '3396',
    password: 'DEF456',
    mailAddress: null,
    phonePin: '8765',
    line: {
      carrier: 'aozora',
      msisdn: '819000000002',
      iccid: '8981990000000000026',
      simModel: 'aozora-nfc-1',
      deviceModel: 'kazasu-phone-1',
    },
    ticket: 'A-13',
    bankCustomer: { customerNumber: '1000002', passcode: '770022', balance: 5_400_000 },
  },
  child: {
    label: { ja: '子ども', en: 'Child' },
    fourInfo: {
      name: '風見　こはる',
      address: '東京都かざす市みなと町１丁目２番３号',
      birthDate: CHILD_BORN,
      gender: '2',
    },
    cardNumber: '1399900000000003',
    pin: '2468',
    facePin: '3333',
    myNumber: '139990000033',
    securityCode: '4417',
    password: null,
    mailAddress: null,
    phonePin: '1357',
    line: {
      carrier: 'kodama',
      msisdn: '819000000003',
      iccid: '8981990000000000034',
      simModel: 'kodama-nfc-1',
      deviceModel: 'sim-free-phone-1',
    },
    ticket: 'A-14',
    bankCustomer: { customerNumber: '1000003', passcode: '770033', balance: 52_000 },
  },
} as const satisfies Record<CitizenName, Citizen>

export const CITIZEN_NAMES = Object.keys(CITIZENS) as CitizenName[]

/** 親権, as the municipality has it. */
export const CUSTODY = { childId: 'child', parentId: 'adult' } as const satisfies Record<string, CitizenName>

/** At the municipal window of the seeded world. */
export const CLERK = {
  clerkId: 'mori',
  name: '森　みどり',
  passcode: 'kazasu-madoguchi',
  parts: ['clerk'],
} satisfies Parameters<Counter['addClerk']>[0]

/** The name of a SIM's card: that of the phone that it came with, else its own. */
export function simCard(iccid: string): string {
  const name = CITIZEN_NAMES.find((one) => CITIZENS[one].line.iccid === iccid)
  return name ? `${name}-phone` : `sim-${iccid}`
}

/** Its membership card is an application of its own in the SIM. Seed 0 蔦田. */
export const RAILWAY = { partner: 'sakura-railway', name: 'さくら鉄道 / Sakura Railway' } as const

export const BANK = {
  clientId: 'hinata-bank',
  name: 'ひなた銀行 / Hinata Bank',
  /** Of its pages, and below it where events are pushed to. */
  path: '/bank',
} as const
/** A customer of the bank whose representative anybody here may claim to be: two clerks of the platform decide. */
export const FIRM = {
  name: '株式会社みなと造船',
  /** 法人番号, with a right check digit. */
  number: '8999900000001',
  bankCustomer: { customerNumber: '1000009', passcode: '770099', balance: 32_500_000 },
} as const
/** In a branch of the bank: customers log in at it, with card or phone. */
export const READER = {
  name: 'hinata-minato-1',
  shown: {
    name: '窓口1番のリーダー / Reader of counter 1',
    place: 'ひなた銀行 みなと町支店 / Hinata Bank, Minato-cho branch',
  },
} as const
/** Watches its customers itself. Seed 2 pattern 2-1. */
export const SHINKIN = {
  clientId: 'kohaku-shinkin',
  name: 'こはく信用金庫 / Kohaku Credit Union',
  path: '/shinkin',
  /** Where another service asks for a balance. */
  tieDoor: '/shinkin/tied/balance',
} as const
/** Who banks at the one banks at the other, under another number and with less. */
export const atShinkin = <T extends Citizen['bankCustomer']>(customer: T) => ({
  ...customer,
  customerNumber: `2${customer.customerNumber.slice(1)}`,
  balance: customer.balance / 4,
})
export const SHOP = { party: 'kazasu-shop', name: 'かざす酒店 / Kazasu Sake Shop' } as const
export const SECURITIES = { party: 'haruka-securities', name: 'はるか証券 / Haruka Securities' } as const
/** 署名等検証事業者: watches and asks for services that are no parties themselves. */
export const PLATFORM = { party: 'kazasu-platform', name: 'かざす認証基盤 / Kazasu Platform' } as const
/** What J-LIS has accredited, by the names in the parties' TLS certificates. */
export const PARTIES = {
  [SHINKIN.clientId]: {
    displayName: SHINKIN.name,
    services: ['status', 'link', 'facts', 'notices'],
    ageLimits: [],
    role: 'shinkin',
  },
  [SHOP.party]: { displayName: SHOP.name, services: ['age'], ageLimits: [20, 65], role: 'shop' },
  [SECURITIES.party]: { displayName: SECURITIES.name, services: ['status'], ageLimits: [], role: 'securities' },
  [PLATFORM.party]: {
    displayName: PLATFORM.name,
    services: ['facts', 'notices', 'age', 'custody'],
    ageLimits: [13, 15, 18, 20, 65],
    role: 'verifier',
  },
} as const
export type PartyName = keyof typeof PARTIES
export const GATE = { name: 'arena-gate-1', title: 'かざすアリーナ 秋の音楽会 / Kazasu Arena Autumn Concert' }
