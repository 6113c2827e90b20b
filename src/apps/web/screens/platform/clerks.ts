// `/platform/clerks`: who may sign in at the desk of the platform and as what; administrators add, change and take away, at once.
// Everybody sees the own acts.

import type { VNode } from 'preact'
import { z } from 'zod'
import { zClerkId, zName, zPasscode } from '../../../../protocol/clerks/contract.ts'
import type { Verifier } from '../../../../roles/verifier/contract.ts'
import { zPart } from '../../../../roles/verifier/operator/contract.ts'
import {
  buttonLink,
  choiceField,
  hidden,
  notice,
  panel,
  passwordField,
  post,
  submit,
  textField,
} from '../../components.ts'
import { PARTS } from '../../messages-platform-desk.ts'
import { attempt, type Trouble } from '../../refusal-notice.ts'
import { code, details, li, p, summary, ul } from '../../tags.ts'
import { plainText } from '../../viewer.ts'
import { type At, deskPage } from '../desk.ts'
import { actsTable } from './records.ts'

export const CLERKS_PAGE = '/platform/clerks'

type Clerk = Awaited<ReturnType<Verifier['deskClerks']>>['clerks'][number]

const zEntered = z.object({
  clerkId: zClerkId,
  name: zName,
  parts: z.array(zPart).min(1),
  passcode: zPasscode.optional(),
})

export async function clerksPage(at: At, trouble: Trouble | null = null): Promise<Response> {
  const { c, viewer, world, clerk } = at
  const { t } = viewer
  const { session } = clerk
  const { clerks } = await world.verifier.deskClerks({ session })
  const { acts } = await world.verifier.platformActs({ session, clerk: clerk.clerkId })
  const administers = clerk.parts.includes('administrator')
  return deskPage(at, {
    title: t.platformDesk.clerks,
    path: CLERKS_PAGE,
    trouble,
    content: [
      c.req.query('done') ? notice('success', t.platform.done) : null,
      p({}, t.platformDesk.clerksLead),
      ...clerks.map((one) => clerkPanel(at, one, administers)),
      administers ? panel(t.platformDesk.addClerk, clerkForm(at, null)) : null,
      panel(t.platformDesk.ownActs, actsTable(viewer, t.platformDesk.ownActs, acts)),
      buttonLink('/platform', t.platform.back, 'secondary'),
    ],
  })
}

function clerkPanel(at: At, one: Clerk, administers: boolean): VNode {
  const { t, say } = at.viewer
  const { clerkId, name, parts, locked } = one
  return panel(
    clerkId === at.clerk.clerkId ? `${name} (${t.platformDesk.you})` : name,
    p({}, code({}, clerkId)),
    ul({}, ...parts.map((part) => li({}, say(PARTS[part])))),
    locked ? notice('warning', t.platformDesk.locked) : null,
    administers
      ? details(
          {},
          summary({}, t.platformDesk.changeClerk(name)),
          clerkForm(at, one),
          post(
            CLERKS_PAGE,
            ...[hidden('act', 'ask'), hidden('clerk', clerkId), hidden('name', name)],
            submit(t.platformDesk.takeAway(name), 'danger'),
          ),
        )
      : null,
  )
}

function clerkForm({ viewer: { t, say } }: At, one: Clerk | null): VNode {
  const of = one?.clerkId ?? 'new'
  const word = one
    ? { label: t.platformDesk.newPasscode, hint: t.platformDesk.passcodeHint, optional: true }
    : { label: t.platformDesk.firstPasscode, hint: t.platformDesk.firstPasscodeHint }
  return post(
    CLERKS_PAGE,
    hidden('act', 'put'),
    one
      ? hidden('clerk', one.clerkId)
      : textField({ name: 'clerk', id: 'clerk-new', label: t.counter.clerkId, hint: t.platformDesk.clerkIdHint }),
    textField({ name: 'name', id: `name-${of}`, label: t.platformDesk.clerkName, value: one?.name ?? '' }),
    choiceField(
      'checkbox',
      'parts',
      t.platformDesk.parts,
      zPart.options.map((part) => ({
        value: part,
        text: say(PARTS[part]),
        checked: one?.parts.includes(part) ?? false,
      })),
    ),
    passwordField({ ...word, name: 'passcode', id: `passcode-${of}`, length: 64 }),
    submit(t.platformDesk.save),
  )
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

export async function actOnClerk(at: At): Promise<Response> {
  const { c, world, viewer, clerk } = at
  const form = await c.req.parseBody({ all: true })
  const { session } = clerk
  const clerkId = plainText(text(form.clerk))
  if (form.act === 'ask') return askAway(at, clerkId, text(form.name))
  if (form.act === 'away') {
    const refused = await attempt(() => world.verifier.takeClerkAway({ session, clerkId }))
    return refused ? clerksPage(at, refused) : c.redirect(`${CLERKS_PAGE}?done=away`, 303)
  }
  const passcode = plainText(text(form.passcode))
  const entered = zEntered.safeParse({
    ...{ clerkId, name: text(form.name), parts: [form.parts ?? []].flat() },
    ...(passcode !== '' && { passcode }),
  })
  if (!entered.success) return clerksPage(at, viewer.t.platformDesk.clerkShape)
  const refused = await attempt(() => world.verifier.putClerk({ session, ...entered.data }))
  return refused ? clerksPage(at, refused) : c.redirect(`${CLERKS_PAGE}?done=put`, 303)
}

const askAway = (at: At, clerkId: string, name: string): Response => {
  const { t } = at.viewer
  return deskPage(at, {
    title: t.platformDesk.takeAway(name),
    path: CLERKS_PAGE,
    content: [
      notice('warning', t.platformDesk.takeAway(name), p({}, t.platformDesk.takeAwaySure)),
      post(
        CLERKS_PAGE,
        ...[hidden('act', 'away'), hidden('clerk', clerkId)],
        submit(t.platformDesk.takeAway(name), 'danger'),
      ),
      buttonLink(CLERKS_PAGE, t.life.goBack, 'secondary'),
    ],
  })
}
