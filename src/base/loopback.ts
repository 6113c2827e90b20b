// This machine by its own names.

const NAMES: readonly string[] = ['localhost', '127.0.0.1', '[::1]']

/** `hostname` as a URL has it: an IPv6 address in brackets. */
export const isLoopback = (hostname: string): boolean => NAMES.includes(hostname)
