// The municipal counter behind its contract.

import { abandonCard } from './cards/abandon-card.ts'
import { handOver } from './cards/hand-over.ts'
import { issueCard } from './cards/issue-card.ts'
import { changePin, resetPin } from './cards/pins.ts'
import { renew } from './cards/renew.ts'
import { stopCard } from './cards/stop-card.ts'
import { clerks } from './clerks.ts'
import type { Counter } from './contract.ts'
import type { CounterDeps } from './model.ts'
import { applyForPhone } from './phones/apply-for-phone.ts'
import { desk } from './phones/desk.ts'
import { givePhoneBack, phoneOrder, setPhonePin } from './phones/phone-order.ts'
import { custody, person, record, recordCustody, search, undoRecord } from './residents.ts'

export type { Blank, CardMachine, CounterDeps } from './model.ts'
export { no } from './refusals.ts'
export { type CounterTables, counterMigrations, counterStore } from './store.ts'

export const createCounter = (deps: CounterDeps): Counter => ({
  ...clerks(deps),
  search: search(deps),
  person: person(deps),
  record: record(deps),
  undoRecord: undoRecord(deps),
  custody: custody(deps),
  recordCustody: recordCustody(deps),
  issueCard: issueCard(deps),
  abandonCard: abandonCard(deps),
  handOver: handOver(deps),
  resetPin: resetPin(deps),
  changePin: changePin(deps),
  stopCard: stopCard(deps),
  renew: renew(deps),
  applyForPhone: applyForPhone(deps),
  phoneOrder: phoneOrder(deps),
  setPhonePin: setPhonePin(deps),
  givePhoneBack: givePhoneBack(deps),
  ...desk(deps),
})
