// What has come to one person: SMS and mail, and letters that the postman hands over on a document.

import type { VNode } from 'preact'
import type { Received, ShownDocument } from '../../../adapters/deliveries/index.ts'
import type { DeliveryWay } from '../../../base/ports.ts'
import { hidden, panel, post, selectField, submit } from '../components.ts'
import { attempt, type Trouble } from '../refusal-notice.ts'
import { div, p, section, strong } from '../tags.ts'
import { fields } from '../viewer.ts'
import { phonePath, showOnPhone } from './device.ts'
import type { At } from './phone.ts'

const DOCUMENTS: readonly ShownDocument['document'][] = ['my-number-card', 'driving-licence', 'passport']

async function messagesScreen(at: At, trouble: Trouble | null = null): Promise<Response> {
  const { c, viewer, world, citizen } = at
  const { t } = viewer
  const { name, msisdn, mailAddress } = citizen.contact
  const of = (way: DeliveryWay, to: string | null) => (to === null ? Promise.resolve([]) : world.outbox.inbox(way, to))
  const [sms, mail, letters] = await Promise.all([of('sms', msisdn), of('mail', mailAddress), of('letter', name)])
  const content = div(
    {},
    p({}, t.apply.messagesLead),
    inbox(at, t.apply.sms, sms),
    inbox(at, t.apply.mail, mail),
    inbox(at, t.apply.letter, letters),
  )
  const back = phonePath(citizen)
  const path = phonePath(citizen, '/messages')
  return showOnPhone(c, { viewer, citizen, heading: t.apply.messages, content, trouble, back, path })
}

const inbox = (at: At, heading: string, received: readonly Received[]): VNode =>
  panel(
    heading,
    ...(received.length === 0 ? [p({}, at.viewer.t.apply.nothing)] : received.map((one) => message(at, one))),
  )

function message(at: At, { id, subject, text, sentAt }: Received): VNode {
  const { format } = at.viewer
  const head = p({}, strong({}, subject), ` ${format.minute(sentAt)}`)
  return section({ class: 'certificate' }, head, text === null ? handOver(at, id) : p({ class: 'message' }, text))
}

function handOver({ viewer: { t, say }, world, citizen }: At, id: string): VNode {
  return div(
    {},
    p({}, t.apply.letterWaits),
    post(
      phonePath(citizen, '/letter'),
      hidden('letter', id),
      selectField(
        { name: 'who', label: t.apply.whoReceives },
        world.citizens.map(({ name, label }) => [name, say(label)]),
        citizen.name,
      ),
      selectField(
        { name: 'document', label: t.apply.document },
        DOCUMENTS.map((one) => [one, t.apply[one]]),
      ),
      submit(t.apply.receive),
    ),
  )
}

async function receive(at: At): Promise<Response> {
  const { letter, who, document: shown } = await fields(at.c, 'letter', 'who', 'document')
  const person = at.world.citizens.find(({ name }) => name === who)
  const document = DOCUMENTS.find((one) => one === shown)
  if (!person || !document) return messagesScreen(at)
  const refused = await attempt(() => at.world.outbox.handOver(letter, { name: person.contact.name, document }))
  return refused ? messagesScreen(at, refused) : at.c.redirect(phonePath(at.citizen, '/messages'), 303)
}

export const phoneMessages = { show: (at: At) => messagesScreen(at), receive }
