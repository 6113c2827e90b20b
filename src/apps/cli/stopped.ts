// Until the process is told to stop: Ctrl-C or SIGTERM.

/** Resolves once; the caller closes what it has opened and ends with status 0. */
export const stopped = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
