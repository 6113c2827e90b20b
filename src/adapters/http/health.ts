// Whether a process is alive, and whether it can work: for who starts processes and who spreads requests over them. It tells names
// and times only, nothing of a person, no address and no reason. How it is used: docs/operations.md#health.

import type { RequestListener, ServerResponse } from 'node:http'

export interface Health {
  /** Without it nothing can be answered. */
  database(): Promise<unknown>
  /**
   * Whom it asks, by name. Who is away makes it no less ready: it answers what needs nobody, and says of the rest why not; taken out of
   * service, it would say nothing.
   */
  readonly peers?: Readonly<Record<string, (signal: AbortSignal) => Promise<unknown>>>
  /** Of when the newest signed status of a certificate is that was relied upon; null for none yet. */
  readonly statusAt?: (() => Promise<Date | null>) | undefined
}

const [LIVE, READY] = ['/health/live', '/health/ready']
/** Who asks more often hears what was found last. */
const KEPT_MS = 1000
const PATIENCE_MS = 2000

/** Alive, and nothing else yet. */
export function whileStarting(path: string | undefined, response: ServerResponse): void {
  if (path === LIVE) tell(response, 200, { status: 'live' })
  else response.writeHead(503, { 'retry-after': '1' }).end('starting')
}

/** Before `rest`, which answers every other path; without it, that is 404. */
export function withHealth(health: Health, rest?: RequestListener): RequestListener {
  let asking: Promise<unknown> | undefined
  // One that hangs is asked once: each question holds a connection.
  const database = () =>
    (asking ??= health.database().finally(() => {
      asking = undefined
    }))
  const ready = kept(() => found({ ...health, database }))
  const show = async (response: ServerResponse) => {
    const { status, ...told } = await ready()
    tell(response, status === 'ready' ? 200 : 503, { status, ...told })
  }
  return (request, response) => {
    if (request.url === LIVE) tell(response, 200, { status: 'live' })
    else if (request.url === READY) void show(response)
    else if (rest) rest(request, response)
    else response.writeHead(404).end()
  }
}

async function found({ database, peers = {}, statusAt }: Health) {
  const names = Object.keys(peers)
  const [answers, statusSeenAt, ...away] = await Promise.all([
    within(database).then(
      () => true,
      () => false,
    ),
    statusAt ? within(statusAt).catch(() => null) : undefined,
    ...names.map((name) =>
      within(peers[name]!).then(
        () => 'answers',
        () => 'away',
      ),
    ),
  ])
  return {
    status: answers ? 'ready' : 'notReady',
    database: answers ? 'answers' : 'away',
    peers: Object.fromEntries(names.map((name, i) => [name, away[i]])),
    ...(statusSeenAt !== undefined && { statusSeenAt }),
  }
}

/** Rejects where it takes longer; what can be ended is ended then. */
function within<T>(ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(PATIENCE_MS)
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
  return Promise.race([ask(signal), late])
}

function kept<T>(find: () => Promise<T>): () => Promise<T> {
  let last: { readonly at: number; readonly found: Promise<T> } | undefined
  return () => {
    const now = performance.now()
    if (!last || now - last.at > KEPT_MS) last = { at: now, found: find() }
    return last.found
  }
}

const tell = (response: ServerResponse, status: number, told: object): void =>
  void response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(told))
