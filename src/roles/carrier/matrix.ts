// Every combination of line, SIM, phone and network, with what becomes of it: by the one function that the carriers ask
// themselves. For the screen, and for the test that tries each. Seed 4 (1), (3)⑤⑥; seed 0 川関.

import { DEVICES, type Eligibility, eligibility, type Reach } from './eligibility.ts'
import { SIM_MODELS } from './model.ts'

export interface CarrierFacts<Id extends string = string> {
  readonly id: Id
  /** Its host's, for an MVNO. */
  readonly network: string
  readonly simModels: readonly (keyof typeof SIM_MODELS)[]
}

/** Networks that a phone may have. */
export const SITUATIONS = {
  mobile: { mobileData: true, wifi: false, shortMessages: true },
  wifi: { mobileData: false, wifi: true, shortMessages: false },
  'short-messages': { mobileData: false, wifi: false, shortMessages: true },
  none: { mobileData: false, wifi: false, shortMessages: false },
} as const satisfies Record<string, Omit<Reach, 'deviceModel'>>
export type Situation = keyof typeof SITUATIONS

export const LINES = ['active', 'suspended'] as const

export interface Cell<Id extends string = string> extends Eligibility {
  readonly carrier: CarrierFacts<Id>
  readonly line: (typeof LINES)[number]
  readonly sim: keyof typeof SIM_MODELS
  readonly device: keyof typeof DEVICES
  readonly situation: Situation
}

/** In the order of carriers, lines, SIMs, phones and situations. */
export const matrix = <Id extends string>(carriers: readonly CarrierFacts<Id>[]): Cell<Id>[] =>
  carriers.flatMap((carrier) =>
    LINES.flatMap((line) =>
      carrier.simModels.flatMap((sim) =>
        namesOf(DEVICES).flatMap((device) =>
          namesOf(SITUATIONS).map((situation) => ({
            ...{ carrier, line, sim, device, situation },
            ...eligibility({
              network: carrier.network,
              lineStatus: line,
              simOfLine: true,
              model: SIM_MODELS[sim],
              device: DEVICES[device],
              reach: { ...SITUATIONS[situation], deviceModel: device },
              sameSubscriber: true,
              knowsMail: true,
            }),
          })),
        ),
      ),
    ),
  )

const namesOf = <T extends object>(table: T) => Object.keys(table) as (keyof T)[]
