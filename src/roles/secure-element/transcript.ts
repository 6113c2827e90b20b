// Transcripts of the card: the format is protocol/iso7816/transcript.ts.

export { replay } from '../../protocol/iso7816/transcript.ts'
