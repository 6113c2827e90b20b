// The platform's time stamps for whoever asks. RFC 3161 §2.4; what is refused gets no stamp of another kind.

import { CodecError } from '../../../codec/codec-error.ts'
import type { Verifier } from '../contract.ts'
import { no } from '../refusals.ts'
import type { TimeStamps } from './time-stamps.ts'

export const timeStamp =
  ({ timeStamps }: { readonly timeStamps: TimeStamps }): Verifier['timeStamp'] =>
  async ({ request }) => {
    try {
      return { response: await timeStamps.ask(request) }
    } catch (error) {
      if (error instanceof CodecError) throw no.timeStampRequest({ reason: error.message }, error)
      throw error
    }
  }
