// Whether log and register agree: every entry and head once from the first, every certificate and list against the log.
// Finds what was left out, added, altered or signed past the log; who holds a head of his own finds a log that was
// rewritten as a whole, which this cannot (docs/operations.md#audit).

import { type Bytes, equal } from '../../../base/bytes.ts'
import { CodecError } from '../../../codec/codec-error.ts'
import { decodeCrl } from '../../../codec/crl.ts'
import {
  decodeEntry,
  growingRoot,
  leafHash,
  type SignedTreeHead,
  statementOf,
  verifyHead,
} from '../../../protocol/merkle-log/index.ts'
import type { Authority } from '../contract.ts'
import type { Deps } from '../deps.ts'
import type { AuditStore } from './store.ts'

type Finding = Awaited<ReturnType<Authority['audit']>>['findings'][number]

const PAGE = 2000

export const audit =
  (deps: Deps): Authority['audit'] =>
  async () => {
    const { store, signatures } = deps
    // What is issued meanwhile is not looked at.
    const size = await store.log.size()
    const head = await signatures.head()
    const [tree, register] = [await auditTree(deps, size), await auditRegister(store.audit)]
    return {
      entries: size,
      heads: tree.heads,
      certificates: register.certificates,
      lists: register.lists,
      head: { ...head, publicKey: await signatures.publicKey() },
      findings: [...tree.findings, ...register.findings],
    }
  }

async function auditTree({ store, signatures }: Deps, size: number) {
  const findings: Finding[] = []
  const logKey = await signatures.publicKey()
  const heads = (await allHeads(store.log.heads)).filter((head) => head.size <= size)
  const root = growingRoot()
  const due = heads.values()
  let next = due.next().value
  const checkHeads = (at: number) => {
    for (; next && next.size === at; next = due.next().value)
      if (!equal(next.root, root.value())) findings.push({ what: 'head does not fit the entries', where: `size ${at}` })
  }
  checkHeads(0)
  for (let from = 0; from < size; from += PAGE) {
    const rows = await store.log.page(from, Math.min(PAGE, size - from))
    rows.forEach(({ position, entry, statement }, i) => {
      if (position !== from + i || !fits(entry, statement))
        findings.push({ what: 'entry is missing or altered', where: `position ${from + i}` })
      root.add(leafHash(entry))
      checkHeads(from + i + 1)
    })
    if (rows.length < Math.min(PAGE, size - from)) {
      findings.push({ what: 'entry is missing or altered', where: `after position ${from + rows.length}` })
      break
    }
  }
  if (
    !equal(
      await store.log
        .hashOf()(0, size)
        .catch(() => new Uint8Array()),
      root.value(),
    ) &&
    size > 0
  )
    findings.push({ what: 'tiles do not fit the entries', where: `size ${size}` })
  heads.forEach((head, i) => {
    if (!verifyHead(head, logKey)) findings.push({ what: 'head is not signed', where: `size ${head.size}` })
    if (head.at < (heads[i - 1]?.at ?? head.at))
      findings.push({ what: 'head is earlier than the one before', where: `size ${head.size}` })
  })
  return { heads: heads.length, findings }
}

async function allHeads(read: (after: number, most: number) => Promise<SignedTreeHead[]>): Promise<SignedTreeHead[]> {
  const heads: SignedTreeHead[] = []
  for (;;) {
    const page = await read(heads.at(-1)?.size ?? -1, PAGE)
    heads.push(...page)
    if (page.length < PAGE) return heads
  }
}

function fits(entry: Bytes, statement: Bytes): boolean {
  try {
    return equal(decodeEntry(entry).statement, statement)
  } catch (error) {
    if (error instanceof CodecError) return false
    throw error
  }
}

async function auditRegister(store: AuditStore) {
  const findings: Finding[] = []
  for (const { kind, serial } of await store.unlogged())
    findings.push({ what: 'certificate is not in the log', where: `${kind} ${serial}` })
  for (const position of await store.unregistered())
    findings.push({ what: 'logged certificate is not in the register', where: `position ${position}` })
  const lists = await store.lists()
  for (const { where, crl } of lists)
    if (!(await store.isLogged(statementOf([decodeCrl(crl).tbs]))))
      findings.push({ what: 'list is not in the log', where })
  return { certificates: await store.certificates(), lists: lists.length, findings }
}
