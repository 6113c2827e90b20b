// Many calls, few trips: what is asked while one batch is under way goes into the next. For what costs by the trip, as
// a transaction or a signed tree head does. No timer: who comes alone does not wait.

/**
 * `work` gets at most `most` inputs and gives as many outputs, in their order. When a batch fails, each of its inputs is
 * tried alone, so that nobody fails for another's fault. `room`: a batch has no hurry before that.
 */
export function batched<I, O>(
  work: (inputs: readonly I[]) => Promise<readonly O[]>,
  most: number,
  room: () => Promise<unknown> = turn,
): (input: I) => Promise<O> {
  let waiting: Waiting<I, O>[] = []
  let running = false
  const run = async () => {
    running = true
    while (waiting.length > 0) {
      await room()
      const batch = waiting.slice(0, most)
      waiting = waiting.slice(most)
      await settle(work, batch)
    }
    running = false
  }
  return (input) =>
    new Promise<O>((resolve, reject) => {
      waiting.push({ input, resolve, reject })
      if (!running) void run()
    })
}

/** Many lookups, few trips: `read` gives what it has of the keys, in any order. */
export const lookups = <R>(
  read: (keys: readonly string[]) => Promise<readonly R[]>,
  keyOf: (found: R) => string,
  most: number,
): ((key: string) => Promise<R | undefined>) =>
  batched(async (keys) => {
    const found = new Map((await read([...new Set(keys)])).map((one) => [keyOf(one), one]))
    return keys.map((key) => found.get(key))
  }, most)

/** What is ready in one turn of the event loop comes one by one, as signatures do; all of it shares a batch. */
export const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

interface Waiting<I, O> {
  readonly input: I
  resolve(output: O): void
  reject(error: unknown): void
}

async function settle<I, O>(
  work: (inputs: readonly I[]) => Promise<readonly O[]>,
  batch: readonly Waiting<I, O>[],
): Promise<void> {
  try {
    const outputs = await work(batch.map(({ input }) => input))
    batch.forEach(({ resolve }, i) => void resolve(outputs[i]!))
  } catch (error) {
    if (batch.length > 1) for (const one of batch) await settle(work, [one])
    else batch[0]!.reject(error)
  }
}
