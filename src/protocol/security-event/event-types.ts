// The events of which a verification platform tells services, by their URIs. OpenID CAEP 1.0 and Shared Signals Framework 1.0 where they
// have one; that facts changed has none, so that one is ours: docs/profile.md#events. No event says what changed.

/** Of a person: a service asks for those that it wants. */
export const EVENT_TYPES = {
  /** The four facts are not what they were; what they are is asked for by consent, when there is a new certificate. */
  factsChanged: 'urn:kazasu:event:facts-changed',
  /** There is a new signature certificate: the latest facts can be asked for now. */
  factsAvailable: 'urn:kazasu:event:latest-facts-available',
  credentialChange: 'https://schemas.openid.net/secevent/caep/event-type/credential-change',
} as const
export type EventType = keyof typeof EVENT_TYPES

/** Of the stream itself: every receiver gets them. */
export const STREAM_EVENT_TYPES = {
  verification: 'https://schemas.openid.net/secevent/ssf/event-type/verification',
  streamUpdated: 'https://schemas.openid.net/secevent/ssf/event-type/stream-updated',
} as const

/** RFC 8935 §1, RFC 8936 §1. */
export const DELIVERY = { push: 'urn:ietf:rfc:8935', poll: 'urn:ietf:rfc:8936' } as const
