// Delegated management from the issuer's side: tokens for the certified code and nothing else, receipts that prove what
// became of it. GPC v2.3.1 §9.1.3, App. C; GenerateDMToken and VerifyDMReceipt of GPC-M.

import { type Bytes, equal } from '../../base/bytes.ts'
import type { Signer } from '../../base/ports.ts'
import { decodeCommand, encodeCommand } from '../../codec/apdu.ts'
import { CodecError } from '../../codec/codec-error.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { type ContentCommand, contentCommands } from '../../protocol/jpki-ap/index.ts'
import { certifiedModel, type MnoTsmDeps, modelOf, servedFor, type Work } from './mno-tsm.ts'
import { no } from './refusals.ts'
import { receiptKeyOf, tokenSigner } from './sim-keys.ts'

/** The command of ours that this is, whatever token it has. */
function permitted(dataBlock: Bytes, given: Bytes): ContentCommand {
  try {
    const input = gp.tokenInputOf(decodeCommand(given))
    const found = Object.values(contentCommands(dataBlock)).find(({ command }) =>
      equal(gp.tokenInputOf(command), input),
    )
    if (found) return found
  } catch (error) {
    if (!(error instanceof CodecError)) throw error
  }
  throw no.contentNotCertified()
}

async function tokenFor(signer: Signer, { command }: ContentCommand): Promise<Bytes> {
  const token = gp.plainEcdsa(await signer.sign(gp.tokenInputOf(command)))
  return encodeCommand(gp.withToken(command, token))
}

export const generateDMToken =
  (deps: MnoTsmDeps): Work<'generateDMToken'> =>
  async ({ iccid, serviceInstance, requestingEntity, commands }) => {
    await certifiedModel(deps, iccid, requestingEntity)
    const { mode } = await servedFor(deps, iccid, serviceInstance)
    if (mode !== 'DELEGATED') throw no.otherMode({ mode })
    const wanted = commands.map((given) => permitted(deps.loadFile, given))
    const signer = await tokenSigner(deps.keys, deps.id)
    return { commands: await Promise.all(wanted.map((command) => tokenFor(signer, command))) }
  }

/** Every receipt is genuine, for the command that it is said to be for, and newer than all before. */
export const verifyDMReceipt =
  (deps: MnoTsmDeps): Work<'verifyDMReceipt'> =>
  async ({ iccid, serviceInstance, requestingEntity, receipts }) => {
    await modelOf(deps, iccid, requestingEntity)
    const { mode, state } = await servedFor(deps, iccid, serviceInstance)
    if (mode !== 'DELEGATED') throw no.otherMode({ mode })
    const key = { aes: await receiptKeyOf(deps.keys, deps.id, iccid) }
    let last = (await deps.store.sim(iccid))?.receipt_counter ?? 0
    for (const { command, receipt } of receipts) {
      const confirmation = confirmationOf(receipt)
      const { receiptFields } = permitted(deps.loadFile, command)
      if (!confirmation || confirmation.counter <= last) return { valid: false }
      if (!gp.receiptProves(key, confirmation, receiptFields)) return { valid: false }
      last = confirmation.counter
    }
    await deps.store.setReceiptCounter(iccid, last)
    if (state === 'deploying') await deps.store.setServiceState(iccid, 'deployed')
    deps.log('carrier.receipts', { carrier: deps.id, serviceInstance, receipts: receipts.length })
    return { valid: true }
  }

function confirmationOf(receipt: Bytes): gp.Confirmation | undefined {
  try {
    return gp.decodeConfirmation(receipt)
  } catch (error) {
    if (error instanceof CodecError) return undefined
    throw error
  }
}
