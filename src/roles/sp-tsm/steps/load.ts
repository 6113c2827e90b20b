// keyed → loaded: where the carrier lets J-LIS load, the applet comes into the domain under J-LIS's own keys: by the
// privilege alone, or with a token of the carrier for each command, which gets the SIM's receipts. GPC v2.3.1 §9.1.3.
// Then the applet's key of the content encryption. Where the carrier has loaded there is nothing to do. Undo: terminate.

import { type Bytes, equal } from '../../../base/bytes.ts'
import { type Command, decodeCommand, encodeCommand } from '../../../codec/apdu.ts'
import * as gp from '../../../protocol/globalplatform/index.ts'
import { ask, type Dialogue } from '../../../protocol/iso7816/index.ts'
import { contentCommands, JPKI } from '../../../protocol/jpki-ap/index.ts'
import { setContentKey } from '../../../protocol/personalisation/index.ts'
import { executed } from '../../../protocol/tsm-messaging/contract.ts'
import { inOwnChannel, needed } from '../conversation.ts'
import { serviceInstance } from '../model.ts'
import { no } from '../refusals.ts'
import type { OrderRow } from '../store.ts'
import { basicRequest, type Step, type StepDeps } from './step.ts'

type ContentName = keyof ReturnType<typeof contentCommands>
type Commands = Record<ContentName, Command>
interface Receipt {
  readonly command: Bytes
  readonly receipt: Bytes
}

export const load: Step = async (deps, order) => {
  if (order.mode === 'SIMPLE') return {}
  const commands = await authorised(deps, order)
  const blockMax = needed(order.load_block_max)
  const receipts = await inOwnChannel(deps, order, function* (content, { dek, session }) {
    const made = yield* loadAnew(commands, deps.loadFile, Math.min(blockMax, session.capacity))
    yield* setContentKey(dek, content)
    return made
  })
  if (order.mode === 'DELEGATED') await confirm(deps, order, receipts)
  return {}
}

const service = (order: OrderRow, call: string) => ({
  ...basicRequest(order, call),
  serviceInstance: serviceInstance(order.order_id),
  iccid: order.iccid,
})

/** The carrier may add a token to each command and nothing else. */
async function authorised({ carrierOf, effect, loadFile }: StepDeps, order: OrderRow): Promise<Commands> {
  const plain = contentCommands(loadFile)
  const names = Object.keys(plain) as ContentName[]
  if (order.mode !== 'DELEGATED') return commandsOf(names, (name) => plain[name].command)
  const commands = names.map((name) => encodeCommand(plain[name].command))
  const request = { ...service(order, 'tokens'), commands }
  const given = executed(await effect('generateDMToken', () => carrierOf(order).generateDMToken(request)))
  const updated = given.commands.map(decodeCommand)
  return commandsOf(names, (name, i) => {
    const command = needed(updated[i])
    const inputs = [command, plain[name].command].map(gp.tokenInputOf) as [Bytes, Bytes]
    if (!equal(...inputs)) throw no.commandChanged()
    return command
  })
}

const commandsOf = (names: readonly ContentName[], of: (name: ContentName, i: number) => Command): Commands =>
  Object.fromEntries(names.map((name, i) => [name, of(name, i)])) as Commands

/** What an earlier try has loaded goes first: its receipts may have been lost. */
function* loadAnew(commands: Commands, dataBlock: Bytes, capacity: number): Dialogue<Receipt[]> {
  const receipts: Receipt[] = []
  const note = (name: ContentName, confirmation: gp.Confirmation | undefined) => {
    if (confirmation)
      receipts.push({ command: encodeCommand(commands[name]), receipt: gp.encodeConfirmation(confirmation) })
  }
  const files = yield* gp.getStatus('loadFiles', { prefix: JPKI.loadFile })
  if (files.some(({ aid }) => equal(aid, JPKI.loadFile))) {
    note('remove', gp.confirmed(yield* ask(commands.remove, 'DELETE')))
  }
  yield* ask(commands.load, 'INSTALL [for load]')
  note('load', yield* gp.load(dataBlock, { capacity }))
  note('install', gp.confirmed(yield* ask(commands.install, 'INSTALL [for install and make selectable]')))
  return receipts
}

async function confirm({ carrierOf, effect }: StepDeps, order: OrderRow, receipts: Receipt[]): Promise<void> {
  if (receipts.length === 0) throw no.receiptsMissing()
  const request = { ...service(order, 'receipts'), receipts }
  const { valid } = executed(await effect('verifyDMReceipt', () => carrierOf(order).verifyDMReceipt(request)))
  if (!valid) throw no.receiptsMissing()
}
