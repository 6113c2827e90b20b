// How long something takes, whatever else the machine does meanwhile.

/** Seconds that this thread spent on the processor since then. */
export function secondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1e6
}
