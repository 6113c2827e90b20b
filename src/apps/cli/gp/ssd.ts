// `kazasu gp ssd create`: a supplementary security domain.

import * as gp from '../../../protocol/globalplatform/index.ts'
import { aidBytes, byte, type GpOptions, privilegesOf } from './options.ts'
import { say, sayJson, upper, withCard } from './with-card.ts'

export interface SsdOptions extends GpOptions {
  readonly privileges?: readonly string[]
  readonly package?: string
  readonly module?: string
  readonly ssdI?: string
}

export const createDomain = (name: string, options: SsdOptions): Promise<number> => {
  const aid = aidBytes(name)
  const privileges = options.privileges ? privilegesOf(['securityDomain', ...options.privileges]) : gp.SSD_PRIVILEGES
  return withCard(options, async (card) => {
    await card.secure(() =>
      gp.installForInstallAndMakeSelectable({
        loadFile: options.package === undefined ? gp.AID.ssdPackage : aidBytes(options.package),
        module: options.module === undefined ? gp.AID.ssdModule : aidBytes(options.module),
        aid,
        privileges,
        ...(options.ssdI !== undefined && {
          parameters: gp.securityDomainParameters({ scp: 3, i: byte(options.ssdI, 'ssd-i') }),
        }),
      }),
    )
    if (options.json) sayJson({ created: aid, privileges: gp.privilegeNames(gp.privilegeBytes(privileges)) })
    else say(`created ${upper(aid)}; put its keys: kazasu gp put-key --aid ${upper(aid)} --new-version 30`)
    return 0
  })
}
