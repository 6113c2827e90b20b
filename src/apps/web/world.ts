// What the screens need of a world: the roles by their contracts, and what a person who plays must be told.

import type { GatewayDeliveries, Outbox } from '../../adapters/deliveries/index.ts'
import type { Log } from '../../base/ports.ts'
import type { IvrDeps } from '../../cases/telephone/ivr.ts'
import type { Authority } from '../../roles/authority/contract.ts'
import type { Carrier } from '../../roles/carrier/contract.ts'
import type { Counter } from '../../roles/counter/contract.ts'
import type { Phone } from '../../roles/phone/contract.ts'
import type { Service } from '../../roles/service/contract.ts'
import type { PartnerService } from '../../roles/service/index.ts'
import type { SpTsm } from '../../roles/sp-tsm/contract.ts'
import type { Terminal } from '../../roles/terminal/contract.ts'
import type { Verifier } from '../../roles/verifier/contract.ts'
import {
  atShinkin,
  BANK,
  CARRIERS,
  type CarrierId,
  CITIZEN_NAMES,
  CITIZENS,
  type CitizenName,
  GATE,
  KAZASU_CITY,
  RAILWAY,
  SECURITIES,
  SHINKIN,
  SHOP,
} from '../../world/people.ts'
import type { MemberApp } from '../../world/railway.ts'
import type { Shops } from '../../world/shops.ts'
import type { World } from '../../world/world.ts'
import type { Words } from './language.ts'
import type { BankPlace } from './screens/bank-page.ts'

export interface WebCitizen {
  /** In addresses: `/phone/<name>`. */
  readonly name: string
  readonly label: Words
  readonly phone: Phone
  /** The My Number Card, by the name under which phones find it. */
  readonly card: string
  /** This phone, by the name under which the gate's reader finds it. */
  readonly reader: string
  readonly carrier: Words
  /** SIMs that this person has, once there is more than one. */
  readonly sims?: readonly { readonly iccid: string; readonly carrier: Words; readonly inserted: boolean }[]
  /** Whether the phone has a network just now. */
  readonly online?: boolean
  /** Where messages reach this person. */
  readonly contact: { readonly name: string; readonly msisdn: string; readonly mailAddress: string | null }
  /** What an invented person knows and a real player must be told. */
  readonly practice: {
    readonly password: string | null
    readonly bank: { readonly customerNumber: string; readonly passcode: string }
    readonly shinkin: { readonly customerNumber: string }
  }
}

export interface WebWorld {
  readonly origin: string
  /** Where a browser shows a card by TLS. */
  readonly cardDoor: string
  readonly citizens: readonly WebCitizen[]
  /** Where people bank on line. */
  readonly banks: readonly BankPlace[]
  readonly bank: Service
  /** "日本語 / English". */
  readonly bankName: string
  /** Behind the kiosk. */
  readonly shop: Service
  /** "日本語 / English". */
  readonly shopName: string
  /** Verifies signatures itself. */
  readonly securities: Service
  /** "日本語 / English". */
  readonly securitiesName: string
  readonly gate: Terminal
  /** At a counter of the bank. */
  readonly reader: Terminal
  /** "日本語 / English". */
  readonly gateTitle: string
  readonly spTsm: SpTsm
  readonly carriers: Record<CarrierId, Carrier>
  /** Where carriers hand out SIMs. */
  readonly shops: Shops
  /** Its membership card is an application of its own in the SIM. */
  readonly railway: PartnerService
  /** "日本語 / English". */
  readonly railwayName: string
  /** The railway's app on each phone. */
  readonly memberApp: MemberApp
  readonly outbox: Outbox
  readonly deliveries: GatewayDeliveries
  readonly authority: Authority
  readonly counter: Counter
  /** Whose CRL partitions there are. */
  readonly municipalities: readonly string[]
  readonly verifier: Verifier
  /** What the machine that answers the bank's telephone needs. */
  readonly ivr: IvrDeps
  readonly now: () => Date
  readonly log: Log
}

/** What the verification platform's own screens need, also where it is a process of its own: `citizens` is then empty. */
export type PlatformWorld = Pick<WebWorld, 'origin' | 'citizens' | 'verifier'> & {
  /** Null where no browser shows a card. */
  readonly cardDoor: string | null
}

/** Who can be at a reader: a phone and a card each. */
export type WebHolder = Pick<WebCitizen, 'name' | 'label' | 'card' | 'reader'>

export const holders = (): WebHolder[] =>
  CITIZEN_NAMES.map((name) => ({ name, label: CITIZENS[name].label, card: name, reader: `${name}-phone` }))

/** What a reader's own screens need, also where it is a process of its own. */
export type ReaderWorld = Pick<WebWorld, 'reader'> & { readonly citizens: readonly WebHolder[] }

/** The seeded world, as the screens see it. */
export const webWorld = (world: World): WebWorld => ({
  ...world,
  citizens: holders().map((holder) => {
    const name = holder.name as CitizenName
    const { password, bankCustomer, line, fourInfo, mailAddress } = CITIZENS[name]
    const practice = { password, bank: bankCustomer, shinkin: atShinkin(bankCustomer) }
    return {
      ...world.citizens[name],
      ...holder,
      practice,
      carrier: CARRIERS[line.carrier].label,
      contact: { name: fourInfo.name, msisdn: line.msisdn, mailAddress },
    }
  }),
  bankName: BANK.name,
  banks: [
    {
      path: BANK.path,
      name: BANK.name,
      service: world.bank,
      branch: true,
      opens: `${BANK.path}/open`,
      shows: SHINKIN.name,
    },
    { path: SHINKIN.path, name: SHINKIN.name, service: world.shinkin, branch: false, opens: null, shows: null },
  ],
  gateTitle: GATE.title,
  shopName: SHOP.name,
  railwayName: RAILWAY.name,
  securitiesName: SECURITIES.name,
  municipalities: [KAZASU_CITY.code],
  ivr: { ...world.platform, bank: world.bank },
  now: world.platform.clock,
  log: world.platform.log,
})
