// Dialogues with any ISO 7816-4 card, their driver and the decoder for traces.

export { closeChannel, onChannel, openChannel } from './channel.ts'
export { describe, describeResponse, hasSecret, hasSecretAnswer, nameOf } from './describe.ts'
export { ask, CardRefused, type Dialogue, run, selectByName, type Trace } from './dialogue.ts'
export { type Exchange, parseTranscript, replay } from './transcript.ts'
export { NotRecorded, type Recorder, recorder, type TranscriptCard, transcriptCard } from './transcript-card.ts'
