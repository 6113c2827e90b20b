// The three commands by which the JPKI applet comes into its security domain and leaves it, as issuer and service
// provider both know them: whoever loads needs a token for exactly these. GPC v2.3.1 §9.1.3. Without the LOADs between.

import { type Bytes, concat, NO_BYTES } from '../../base/bytes.ts'
import { type Command, command } from '../../codec/apdu.ts'
import { lv, tlv } from '../../codec/tlv.ts'
import { INSTALL, instanceFields, loadFields, RECEIPT_FIELDS } from '../globalplatform/index.ts'
import { JPKI } from './files.ts'

export interface ContentCommand {
  readonly command: Command
  /** What the receipt of it is over. GPC v2.3.1 App. C.5. */
  readonly receiptFields: readonly Bytes[]
}

const RELATED = 0x80
const installCommand = (p1: number, fields: readonly Bytes[]): Command =>
  command(0x80, 0xe6, p1, 0, concat(...fields.map(lv), lv(NO_BYTES)), 256)

/** Without tokens. The receipt of `load` comes with the last LOAD. */
export function contentCommands(dataBlock: Bytes): Record<'load' | 'install' | 'remove', ContentCommand> {
  const { aid, module, loadFile, securityDomain } = JPKI
  return {
    load: {
      command: installCommand(INSTALL.forLoad, loadFields({ aid: loadFile, securityDomain, dataBlock })),
      receiptFields: RECEIPT_FIELDS.load(loadFile, securityDomain),
    },
    install: {
      command: installCommand(INSTALL.forInstallAndMakeSelectable, instanceFields({ loadFile, module, aid })),
      receiptFields: RECEIPT_FIELDS.install(loadFile, aid),
    },
    remove: {
      command: command(0x80, 0xe4, 0, RELATED, tlv(0x4f, loadFile), 256),
      receiptFields: RECEIPT_FIELDS.delete(loadFile),
    },
  }
}
