// ③ of seed 0 村上: the clerk applies for the citizen who stands there, with the SIM in the reader of the desk. The card
// signs where it is there and its password known; else documents were seen and the register has the facts.

import { type Bytes, hex, utf8 } from '../../../base/bytes.ts'
import * as gp from '../../../protocol/globalplatform/index.ts'
import { type Dialogue, run } from '../../../protocol/iso7816/index.ts'
import * as jpki from '../../../protocol/jpki-ap/index.ts'
import type { ApplicationForm, SpTsm } from '../../sp-tsm/contract.ts'
import { withCard } from '../cards/on-the-desk.ts'
import { acting } from '../clerks.ts'
import type { Counter } from '../contract.ts'
import type { CounterDeps } from '../model.ts'
import { no } from '../refusals.ts'
import { phoneView } from './phone-order.ts'

type Asked = Parameters<Counter['applyForPhone']>[0]
type By = Parameters<SpTsm['applyAtCounter']>[0]['by']

export const applyForPhone =
  (deps: CounterDeps): Counter['applyForPhone'] =>
  (asked) => {
    const { session, residentId, proof, simPlace } = asked
    return acting(deps, session, { what: 'applyForPhone', residentId, proof }, async (clerk, act) => {
      const before = await deps.store.phoneOnDesk(residentId)
      if (before && (await deps.spTsm().order({ orderId: before.order_id })).state !== 'undone') {
        throw no.phoneOnDesk()
      }
      const form = await formOf(deps, asked)
      const by = asked.password === null ? await vouchedFor(deps, residentId, form) : await signed(deps, asked, form)
      const { orderId } = await deps.spTsm().applyAtCounter({ by, clerk, act, proof })
      await deps.store.putPhoneOnDesk({
        order_id: orderId,
        resident_id: residentId,
        iccid: form.iccid,
        place: simPlace,
        given_back: false,
      })
      return phoneView(await deps.spTsm().install({ orderId }))
    })
  }

/** The ICCID is what the SIM itself says, not what somebody typed. */
async function formOf({ machine, clock, entropy }: CounterDeps, { simPlace, line }: Asked): Promise<ApplicationForm> {
  const sim = await machine.reader(simPlace)
  try {
    return {
      purpose: 'jpki-auth-certificate-for-phone',
      carrier: line.carrier,
      msisdn: line.msisdn,
      iccid: await run(sim, readIccid()),
      deviceModel: line.deviceModel,
      appliedAt: clock().toISOString(),
      nonce: hex(entropy(16)),
    }
  } finally {
    await sim.end()
  }
}

/** Card image number of the issuer domain: BCD, filled up with F. GPC v2.3.1 Table H-1. */
function* readIccid(): Dialogue<string> {
  yield* gp.select()
  return hex(imageNumber(yield* gp.getData(0x45))).replace(/f+$/, '')
}

const imageNumber = (answer: Bytes): Bytes => (answer[0] === 0x45 ? answer.subarray(2) : answer)

async function vouchedFor({ register }: CounterDeps, residentId: string, form: ApplicationForm): Promise<By> {
  const { fourInfo, status } = await register.find({ residentId })
  if (status !== 'resident') throw no.notResident()
  return { form, fourInfo }
}

async function signed(deps: CounterDeps, { residentId, password }: Asked, form: ApplicationForm): Promise<By> {
  const card = await deps.store.livingCard(residentId)
  if (card?.state !== 'inUse') throw no.cardNotInUse()
  const content = utf8(JSON.stringify(form))
  const application = await withCard(deps, card, (link) =>
    run(link, jpki.signDocument(password ?? '', content, deps.clock())),
  )
  if (!application) throw no.noSignCertificate()
  return { application }
}
