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
import { CLERKS_PAGE, platformPage } from './page.ts'
import { actsTable } from './records.ts'

type Clerk = Awaited<ReturnType<Verifier['deskClerks']>>['clerks'][number]

const zEntered = z.object({
  clerkId: zClerkId,
  name: zName,
  parts: z.array(zPart).min(1),
  passcode: zPasscode.optional(),
})

/** What was entered and not taken; a passcode is not sent back. */
type Entered = Pick<Clerk, 'clerkId' | 'name'> & { readonly parts: readonly unknown[] }

export async function clerksPage(
  at: At,
  trouble: Trouble | null = null,
  entered: Entered | null = null,
): Promise<Response> {
  const { viewer, world, clerk } = at
  const { t } = viewer
  const { session } = clerk
  const { clerks } = await world.verifier.deskClerks({ session })
  const { acts } = await world.verifier.platformActs({ session, clerk: clerk.clerkId })
  const administers = clerk.parts.includes('administrator')
  const added = clerks.some(({ clerkId }) => clerkId === entered?.clerkId)
  return platformPage(at, {
    title: t.platformDesk.clerks,
    path: CLERKS_PAGE,
    trouble,
    content: [
      p({}, t.platformDesk.clerksLead),
      ...clerks.map((one) => clerkPanel(at, one, administers, entered)),
      administers ? panel(t.platformDesk.addClerk, clerkForm(at, null, added ? null : entered)) : null,
      panel(t.platformDesk.ownActs, actsTable(viewer, t.platformDesk.ownActs, acts)),
    ],
  })
}

function clerkPanel(at: At, one: Clerk, administers: boolean, entered: Entered | null): VNode {
  const { t, say, format } = at.viewer
  const { clerkId, name, parts, locked } = one
  return panel(
    clerkId === at.clerk.clerkId ? format.aside(name, t.platformDesk.you) : name,
    p({}, code({}, clerkId)),
    ul({}, ...parts.map((part) => li({}, say(PARTS[part])))),
    locked ? notice('warning', t.platformDesk.locked) : null,
    administers
      ? details(
          { open: entered?.clerkId === clerkId },
          summary({}, t.platformDesk.changeClerk(name)),
          clerkForm(at, one, entered?.clerkId === clerkId ? entered : one),
          post(
            CLERKS_PAGE,
            ...[hidden('act', 'ask'), hidden('clerk', clerkId), hidden('name', name)],
            submit(t.platformDesk.takeAway(name), 'danger'),
          ),
        )
      : null,
  )
}

function clerkForm({ viewer: { t, say } }: At, one: Clerk | null, shown: Entered | null): VNode {
  const of = one?.clerkId ?? 'new'
  const word = one
    ? { label: t.platformDesk.newPasscode, hint: t.platformDesk.passcodeHint, optional: true }
    : { label: t.platformDesk.firstPasscode, hint: t.platformDesk.firstPasscodeHint }
  return post(
    CLERKS_PAGE,
    hidden('act', 'put'),
    one
      ? hidden('clerk', one.clerkId)
      : textField({
          ...{ name: 'clerk', id: 'clerk-new', label: t.counter.clerkId, hint: t.platformDesk.clerkIdHint },
          value: shown?.clerkId ?? '',
        }),
    textField({ name: 'name', id: `name-${of}`, label: t.platformDesk.clerkName, value: shown?.name ?? '' }),
    choiceField(
      'checkbox',
      'parts',
      t.platformDesk.parts,
      zPart.options.map((part) => ({
        value: part,
        text: say(PARTS[part]),
        checked: shown?.parts.includes(part) ?? false,
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
  const entered = { clerkId, name: text(form.name), parts: [form.parts ?? []].flat() }
  const read = zEntered.safeParse({ ...entered, ...(passcode !== '' && { passcode }) })
  if (!read.success) return clerksPage(at, viewer.t.platformDesk.clerkShape, entered)
  const refused = await attempt(() => world.verifier.putClerk({ session, ...read.data }))
  return refused ? clerksPage(at, refused, entered) : c.redirect(`${CLERKS_PAGE}?done=put`, 303)
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
