// How long sessions, invitations and earlier keys of developers live. Ours: docs/profile.md#tenants.

/** The portal as a client of the platform's own OpenID provider: developers log in as everybody does. */
export interface PortalLogin {
  begin(): Promise<{ readonly location: string; readonly pending: string }>
  /** Null when the person declined, or what came back is not what was begun. */
  finish(callback: string, pending: string): Promise<{ readonly subject: string } | null>
}

export const SESSION_MS = 8 * 3_600_000
export const INVITATION_MS = 24 * 3_600_000
/** So long two keys are good side by side, so that no login fails while a service changes over. */
export const EARLIER_KEY_MS = 24 * 3_600_000
/** Requests a minute of a new tenant: docs/profile.md#tenants. */
export const PER_MINUTE = 600
export const SERVICES_AT_MOST = 50
export const SHOWN_AT_MOST = 100
export const ANSWER_SHOWN = 500
