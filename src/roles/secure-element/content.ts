// Card content: which form of INSTALL does what, and the state of a load between commands. GPC v2.3.1 §9.3, §11.5.
// The acts themselves are in loading, content-install, content-move and content-delete.

import { type Bytes, concat, equal } from '../../base/bytes.ts'
import type { Command } from '../../codec/apdu.ts'
import { SW } from '../../codec/sw.ts'
import { decodeTlvs, findTlv, type Tlv } from '../../codec/tlv.ts'
import { splitInstall, tokenInput } from '../../protocol/globalplatform/delegated-management.ts'
import { PARAMETER, type Restricted } from '../../protocol/globalplatform/parameter-objects.ts'
import type { KeyReference } from './authentication.ts'
import type { CardServices } from './card-services.ts'
import { deleteContent } from './content-delete.ts'
import { checkedFields, installApplication, makeSelectable } from './content-install.ts'
import { extradite, updateRegistry } from './content-move.ts'
import { checkRestriction, checkToken, confirm, DONE, mayManage } from './delegation.ts'
import { type Arriving, announce, arrive, type Installation, type Waiting } from './loading.ts'
import type { Application } from './registry.ts'
import { StatusError } from './status-error.ts'

const COMBINED = { begin: 0x01, end: 0x03 } as const

type Act = (card: CardServices, self: Application, installation: Installation) => readonly Bytes[]

/** What P1 asks for, what may be restricted, and what is done once it is authorised. GPC v2.3.1 Table 11-41. */
const ACTS = new Map<number, { readonly needs: readonly Restricted[]; readonly act: Act }>([
  [0x04, { needs: ['install'], act: installApplication }],
  [
    0x08,
    { needs: ['makeSelectable'], act: ({ registry }, self, { fields }) => makeSelectable(registry, self, fields) },
  ],
  [0x0c, { needs: ['install', 'makeSelectable'], act: installApplication }],
  [0x10, { needs: ['extradition'], act: ({ registry }, self, { fields }) => extradite(registry, self, fields) }],
  [
    0x40,
    { needs: ['registryUpdate'], act: ({ registry }, self, { fields }) => updateRegistry(registry, self, fields) },
  ],
])
const FOR_LOAD = 0x02
const FOR_LOAD_INSTALL_MAKE_SELECTABLE = 0x0e
const FIELDS = 6

export class ContentManagement {
  readonly #card: CardServices
  readonly #current: () => Application
  #arriving: Arriving | undefined
  #waiting: Waiting | undefined

  constructor(card: CardServices, self: () => Application) {
    this.#card = card
    this.#current = self
  }

  /** Another command than LOAD and INSTALL came between, or one of them failed. */
  end(): void {
    this.#arriving = undefined
    this.#waiting = undefined
  }

  install(c: Command): Bytes {
    const waiting = this.#waiting
    this.end()
    if (c.p2 !== 0 && c.p1 !== FOR_LOAD_INSTALL_MAKE_SELECTABLE) throw new StatusError(SW.WRONG_P1P2)
    const { fields, signed } = splitInstall(c.data)
    const installation = { p1: c.p1, fields, input: tokenInput(c.p1, c.p2, signed) }
    if (c.p1 === FOR_LOAD) return this.#begin(installation, false)
    if (c.p1 === FOR_LOAD_INSTALL_MAKE_SELECTABLE) {
      if (c.p2 === COMBINED.begin) return this.#begin(installation, true)
      if (c.p2 === COMBINED.end) return this.#finishCombined(installation, waiting)
    }
    const known = ACTS.get(c.p1)
    if (!known) throw new StatusError(SW.WRONG_P1P2)
    checkRestriction(this.#card.registry, this.#current(), ...known.needs)
    return this.#authorised(installation, known.act)
  }

  #begin(installation: Installation, combined: boolean): Bytes {
    const self = this.#current()
    checkRestriction(this.#card.registry, self, 'load', ...(combined ? (['install', 'makeSelectable'] as const) : []))
    mayManage(this.#card, self)
    this.#arriving = announce(this.#card, self, installation, combined)
    return DONE
  }

  /** Authority and token first, then the act, then the receipt over what the act names. */
  #authorised({ fields, input, ...rest }: Installation, act: Act): Bytes {
    const self = this.#current()
    const { registry } = this.#card
    mayManage(this.#card, self)
    const checked = checkedFields(fields, FIELDS)
    const controlReference = controlReferenceOf(checked[4]!)
    checkToken(registry, self, { input, token: checked[5]!, controlReference })
    return confirm(registry, self, act(this.#card, self, { fields, input, ...rest }), controlReference)
  }

  load(c: Command): Bytes {
    const arriving = this.#arriving
    this.end()
    if (!arriving) throw new StatusError(SW.CONDITIONS)
    const arrival = arrive(this.#card, this.#current(), arriving, c)
    if ('arriving' in arrival) this.#arriving = arrival.arriving
    if ('waiting' in arrival) this.#waiting = arrival.waiting
    return arrival.answer
  }

  /** One token over both commands; file and application come together or not at all. GPC v2.3.1 §9.3.8, App. C. */
  #finishCombined(installation: Installation, waiting: Waiting | undefined): Bytes {
    if (!waiting) throw new StatusError(SW.CONDITIONS)
    const { file, input } = waiting
    const [fileAid, ...rest] = checkedFields(installation.fields, FIELDS)
    if (fileAid!.length > 0 && !equal(fileAid!, file.aid)) throw new StatusError(SW.CONDITIONS)
    const whole = { ...installation, fields: [file.aid, ...rest], input: concat(input, installation.input) }
    return this.#authorised(whole, (card, self, asked) => {
      card.registry.putLoadFile(file)
      return [...installApplication(card, self, asked), file.securityDomain]
    })
  }

  delete(c: Command, inUse: KeyReference): Bytes {
    this.end()
    return deleteContent(this.#card, this.#current(), c, inUse)
  }
}

const controlReferenceOf = (parameters: Bytes): Tlv[] =>
  decodeTlvs(findTlv(decodeTlvs(parameters), PARAMETER.controlReference) ?? new Uint8Array())
