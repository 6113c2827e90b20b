// Management over the air from outside: secured packets in short messages, administration over HTTP.

export * from './admin-conversation.ts'
export { AdminLink } from './admin-link.ts'
export { type AdminGate, type AdminPost, type AdminReply, type AdminSession, ScriptRefused } from './admin-messages.ts'
export type { PacketKey, PacketKeys } from './scp80.ts'
export * from './sender.ts'
export { encodeTrigger, type SessionTrigger } from './session-trigger.ts'
export { overTheAir } from './short-messages.ts'
export { encodeToolkitParameters, TAR, type ToolkitParameters } from './toolkit-parameters.ts'
