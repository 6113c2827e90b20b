// Card content: which form of INSTALL does what, LOAD, and the combined process. GPC v2.3.1 §9.3, §11.5, §11.6.
// The acts themselves are in content-install, content-move, content-delete and load-file. No ciphered load files.

import { type Bytes, concat, equal, NO_BYTES } from '../../base/bytes.ts'
import type { Command } from '../../codec/apdu.ts'
import { SW } from '../../codec/sw.ts'
import { splitInstall, tokenInput } from '../../protocol/globalplatform/delegated-management.ts'
import { PRIVILEGE } from '../../protocol/globalplatform/registry.ts'
import type { KeyReference } from './authentication.ts'
import type { CardServices } from './card-services.ts'
import { deleteContent } from './content-delete.ts'
import { checkedAid, checkedFields, installApplication, isFree, makeSelectable } from './content-install.ts'
import { extradite, updateRegistry } from './content-move.ts'
import { checkToken, confirm, DONE, has, mayManage } from './delegation.ts'
import { type Announced, dapDomains, isFileHash, readLoadFile } from './load-file.ts'
import { type Application, isLocked, isPersonalized, isSecurityDomain, type LoadedFile } from './registry.ts'
import { StatusError } from './status-error.ts'

const LOAD_FILE_MAX = 0xffff
const COMBINED = { begin: 0x01, end: 0x03 } as const

interface Loading extends Announced {
  /** Token input of the INSTALL that began a combined process. */
  readonly combined?: Bytes
  readonly blocks: Bytes
  readonly next: number
}

/** A file of a combined process that waits for its application. */
interface Loaded {
  readonly file: LoadedFile
  readonly input: Bytes
}

/** INSTALL and what its token signs. */
export interface Installation {
  readonly p1: number
  readonly fields: readonly Bytes[]
  readonly input: Bytes
}

export class ContentManagement {
  readonly #card: CardServices
  readonly #selected: Application
  #loading: Loading | undefined
  #loaded: Loaded | undefined

  constructor(card: CardServices, self: Application) {
    this.#card = card
    this.#selected = self
  }

  /** As the registry has it now: a registry update may have changed it. */
  get #self(): Application {
    return this.#card.registry.application(this.#selected.aid) ?? this.#selected
  }

  /** Another command than LOAD and INSTALL came between, or one of them failed. */
  end(): void {
    this.#loading = undefined
    this.#loaded = undefined
  }

  install(c: Command): Bytes {
    const loaded = this.#loaded
    this.end()
    if (c.p2 !== 0 && c.p1 !== 0x0e) throw new StatusError(SW.WRONG_P1P2)
    const { fields, signed } = splitInstall(c.data)
    mayManage(this.#card.registry, this.#self)
    const installation = { p1: c.p1, fields, input: tokenInput(c.p1, c.p2, signed) }
    switch (c.p1) {
      case 0x02:
        return this.#forLoad(installation)
      case 0x04:
      case 0x0c:
        return this.#authorised(installation, 6, () => installApplication(this.#card, this.#self, installation))
      case 0x08:
        return this.#authorised(installation, 6, () => makeSelectable(this.#card.registry, this.#self, fields))
      case 0x10:
        return this.#authorised(installation, 6, () => extradite(this.#card.registry, this.#self, fields))
      case 0x40:
        return this.#authorised(installation, 6, () => updateRegistry(this.#card.registry, this.#self, fields))
      case 0x0e:
        if (c.p2 === COMBINED.begin) return this.#forLoad(installation, installation.input)
        if (c.p2 === COMBINED.end) return this.#finishCombined(installation, loaded)
    }
    throw new StatusError(SW.WRONG_P1P2)
  }

  /** Token first, then the act, then the receipt over what the act names. */
  #authorised({ fields, input }: Installation, count: number, act: () => readonly Bytes[]): Bytes {
    const checked = checkedFields(fields, count)
    checkToken(this.#card.registry, this.#self, input, checked.at(-1)!)
    return confirm(this.#card.registry, this.#self, act())
  }

  #forLoad({ fields, input }: Installation, combined?: Bytes): Bytes {
    const { registry } = this.#card
    const [aid, domainAid, fileHash, , token] = checkedFields(fields, 5) as [Bytes, Bytes, Bytes, Bytes, Bytes]
    const self = this.#self
    if (combined && token.length > 0) throw new StatusError(SW.CONDITIONS)
    const securityDomain = domainAid.length > 0 ? domainAid : self.aid
    const domain = registry.application(securityDomain)
    if (!domain || !isSecurityDomain(domain)) throw new StatusError(SW.REFERENCE_NOT_FOUND)
    if (!isPersonalized(domain) || isLocked(domain)) throw new StatusError(SW.CONDITIONS)
    if (!isFree(registry, checkedAid(aid))) throw new StatusError(SW.CONDITIONS)
    if (fileHash.length > 0 && !isFileHash(fileHash)) throw new StatusError(SW.WRONG_DATA)
    const needsHash = has(self, PRIVILEGE.delegatedManagement) || dapDomains(registry, securityDomain).length > 0
    if (needsHash && fileHash.length === 0) throw new StatusError(SW.CONDITIONS)
    if (!combined) checkToken(registry, self, input, token, fileHash)
    const begun = { aid, securityDomain, hash: fileHash, blocks: NO_BYTES, next: 0 }
    this.#loading = combined ? { ...begun, combined } : begun
    return DONE
  }

  load({ p1, p2, data }: Command): Bytes {
    const loading = this.#loading
    this.end()
    if (!loading || p2 !== (loading.next & 0xff)) throw new StatusError(SW.CONDITIONS)
    if ((p1 & 0x7f) !== 0) throw new StatusError(SW.WRONG_P1P2)
    const blocks = concat(loading.blocks, data)
    if (blocks.length > LOAD_FILE_MAX) throw new StatusError(SW.NO_SPACE)
    if ((p1 & 0x80) !== 0) return this.#finishLoad(loading, blocks)
    this.#loading = { ...loading, blocks, next: loading.next + 1 }
    return DONE
  }

  #finishLoad(loading: Loading, blocks: Bytes): Bytes {
    const { registry } = this.#card
    const file = readLoadFile(registry, loading, blocks)
    if (loading.combined) {
      this.#loaded = { file, input: loading.combined }
      return DONE
    }
    registry.putLoadFile(file)
    return confirm(registry, this.#self, [file.aid, file.securityDomain])
  }

  /** One token over both commands; file and application come together or not at all. GPC v2.3.1 §9.3, App. C. */
  #finishCombined(installation: Installation, loaded: Loaded | undefined): Bytes {
    if (!loaded) throw new StatusError(SW.CONDITIONS)
    const { file, input } = loaded
    const [fileAid, ...rest] = checkedFields(installation.fields, 6)
    if (fileAid!.length > 0 && !equal(fileAid!, file.aid)) throw new StatusError(SW.CONDITIONS)
    const whole = { ...installation, fields: [file.aid, ...rest], input: concat(input, installation.input) }
    return this.#authorised(whole, 6, () => {
      this.#card.registry.putLoadFile(file)
      return [...installApplication(this.#card, this.#self, whole), file.securityDomain]
    })
  }

  delete(c: Command, inUse: KeyReference): Bytes {
    this.end()
    return deleteContent(this.#card.registry, this.#self, c, inUse)
  }
}
