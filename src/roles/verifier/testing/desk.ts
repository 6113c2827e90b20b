// Clerks of a platform, signed in: who acts, who releases what another proposed, who only reads, who says who they are.

import type { Verifier } from '../contract.ts'
import type { Grave, Part } from '../operator/contract.ts'

const CLERKS = { operator: 'kudo', release: 'miura', auditor: 'hara', administrator: 'sugi' } as const
const PASSCODE = 'kazasu-kiban'

export type DeskSessions = Readonly<Record<Part, string>>

/** Who is there already only signs in anew. */
export async function deskOf(verifier: Verifier, parts = Object.keys(CLERKS) as Part[]): Promise<DeskSessions> {
  const there = (await verifier.clerks({})).clerks.map(({ clerkId }) => clerkId)
  const sessions: [string, string][] = []
  for (const part of parts) {
    const of = { clerkId: CLERKS[part], passcode: PASSCODE }
    if (!there.includes(of.clerkId)) await verifier.addClerk({ ...of, name: of.clerkId, parts: [part] })
    sessions.push([part, (await verifier.signIn(of)).session])
  }
  return Object.fromEntries(sessions) as Record<Part, string>
}

/** Proposed by one and released by another. */
export async function byTwo(verifier: Verifier, desk: DeskSessions, act: Grave, subject: string, reason = 'agreed') {
  await verifier.proposeAct({ session: desk.operator, act, subject, reason })
  await verifier.releaseAct({ session: desk.release, act, subject })
}
