// What is done to the chains of the forest: each row changes a plan, and says whether the chain is still good.

import * as der from '../../src/codec/der.ts'
import { name } from '../../src/codec/name.ts'
import { directoryName, type GeneralName } from '../../src/codec/name-general.ts'
import { OID } from '../../src/codec/oid.ts'
import type { Extension } from '../../src/codec/x509.ts'
import * as narrow from '../../src/codec/x509-constraints.ts'
import * as ext from '../../src/codec/x509-extensions.ts'
import { KEYS, type ListShape, SHA1, type Shape } from './issue.ts'

/** A chain to be: the leaf, the CAs between (the one under the root first), the lists, what is asked. */
export interface Plan {
  leaf: Partial<Shape>
  between: Partial<Shape>[]
  /** By the place of the issuer: the root is 0. `undefined`: there is none. */
  lists: Record<number, Partial<ListShape> | undefined>
  /** The policy that is demanded. */
  policy?: string
  root?: 'stranger'
  /** Certificates between that are not handed over. */
  missing?: boolean
}

const DAY = 86_400_000
const critical = (oid: string, value: Uint8Array): Extension => ext.extension(oid, true, value)
const plain = (oid: string, value: Uint8Array): Extension => ext.extension(oid, false, value)
const policies = (...oids: string[]): Extension =>
  plain(OID.certificatePolicies, ext.encodeCertificatePolicies(...oids.map((policy) => ({ policy, qualifiers: [] }))))
const ca = (pathLength?: number): Extension =>
  critical(
    OID.basicConstraints,
    ext.encodeBasicConstraints({ ca: true, ...(pathLength !== undefined && { pathLength }) }),
  )
const usage = (...usages: ext.KeyUsage[]): Extension => critical(OID.keyUsage, ext.encodeKeyUsage(...usages))
const dns = (text: string): GeneralName => ({ kind: 'dns', text })
const ip = (...octets: number[]): GeneralName => ({ kind: 'ip', octets: Uint8Array.from(octets) })
const names = (...all: GeneralName[]): Extension => plain(OID.subjectAltName, ext.encodeAltName(...all))
const constraints = (permitted: GeneralName[], excluded: GeneralName[] = []): Extension =>
  critical(OID.nameConstraints, narrow.encodeNameConstraints({ permitted, excluded }))

export const CA_EXTENSIONS: readonly Extension[] = [ca(), usage('keyCertSign', 'cRLSign')]
export const LEAF_EXTENSIONS: readonly Extension[] = [
  usage('digitalSignature'),
  plain(OID.extendedKeyUsage, ext.encodeExtendedKeyUsage(OID.clientAuth)),
]

/** Adds to, or takes the place of, what a certificate has. */
const extend = (shape: Partial<Shape>, base: readonly Extension[], ...more: Extension[]): void => {
  const kept = (shape.extensions ?? base).filter(({ oid }) => !more.some((one) => one.oid === oid))
  Object.assign(shape, { extensions: [...kept, ...more] })
}
const leafHas = (plan: Plan, ...more: Extension[]): void => extend(plan.leaf, LEAF_EXTENSIONS, ...more)
const caHas = (plan: Plan, ...more: Extension[]): void => extend(plan.between.at(-1)!, CA_EXTENSIONS, ...more)
const set = (shape: Partial<Shape>, changes: Partial<Shape>): void => void Object.assign(shape, changes)

export interface Mutation {
  readonly good: boolean
  readonly change: (plan: Plan, now: Date) => void
}

const good = (change: Mutation['change']): Mutation => ({ good: true, change })
const bad = (change: Mutation['change']): Mutation => ({ good: false, change })

export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  plain: good(() => {}),
  'path length that is enough': good((plan) => set(plan.between[0]!, { extensions: [ca(2), CA_EXTENSIONS[1]!] })),
  'names inside of what is permitted': good((plan) => {
    caHas(plan, constraints([dns('example.jp'), ip(192, 0, 2, 0, 255, 255, 255, 0)]))
    leafHas(plan, names(dns('a.example.jp'), ip(192, 0, 2, 9)))
  }),
  'names outside of what is excluded': good((plan) => {
    caHas(plan, constraints([], [dns('evil.jp')]))
    leafHas(plan, names(dns('example.jp')))
  }),
  'policy that is asked for': good((plan) => {
    for (const shape of plan.between) extend(shape, CA_EXTENSIONS, policies('1.2.3.4'))
    leafHas(plan, policies('1.2.3.4'))
    plan.policy = '1.2.3.4'
  }),
  'unknown extension, not critical': good((plan) => leafHas(plan, plain('1.2.3.4.5', der.nullValue()))),
  'another serial number revoked': good((plan) => void (plan.lists[plan.between.length] = { revoked: [1n, 2n] })),
  'RSA key in the leaf': good((plan) => set(plan.leaf, { key: KEYS.rsa })),
  'P-521 key in a CA': good((plan) => set(plan.between.at(-1)!, { key: KEYS.p521 })),
  'Ed25519 key in a CA': good((plan) => set(plan.between.at(-1)!, { key: KEYS.ed25519 })),

  'expired leaf': bad((plan, now) => set(plan.leaf, { notAfter: new Date(now.getTime() - DAY) })),
  'leaf of the future': bad((plan, now) => set(plan.leaf, { notBefore: new Date(now.getTime() + DAY) })),
  'expired CA': bad((plan, now) => set(plan.between[0]!, { notAfter: new Date(now.getTime() - DAY) })),
  'signature of the leaf broken': bad((plan) => set(plan.leaf, { breakSignature: true })),
  'signature of a CA broken': bad((plan) => set(plan.between[0]!, { breakSignature: true })),
  'CA without cA': bad((plan) =>
    caHas(plan, critical(OID.basicConstraints, ext.encodeBasicConstraints({ ca: false }))),
  ),
  'CA without basicConstraints': bad((plan) => set(plan.between.at(-1)!, { without: [OID.basicConstraints] })),
  'CA without keyCertSign': bad((plan) => caHas(plan, usage('cRLSign'))),
  'CA of version 1': bad((plan) => set(plan.between.at(-1)!, { version: 1 })),
  'path length exceeded': bad((plan) => {
    if (plan.between.length < 2) plan.between.push({})
    set(plan.between[0]!, { extensions: [ca(0), CA_EXTENSIONS[1]!] })
  }),
  'name outside of what is permitted': bad((plan) => {
    caHas(plan, constraints([dns('example.jp')]))
    leafHas(plan, names(dns('evil.jp')))
  }),
  'name that is excluded': bad((plan) => {
    caHas(plan, constraints([], [dns('example.jp')]))
    leafHas(plan, names(dns('a.example.jp')))
  }),
  'address that is excluded': bad((plan) => {
    caHas(plan, constraints([], [ip(192, 0, 2, 0, 255, 255, 255, 0)]))
    leafHas(plan, names(ip(192, 0, 2, 9)))
  }),
  'subject that is excluded': bad((plan) => {
    caHas(plan, constraints([], [directoryName(name(['O', 'evil']))]))
    set(plan.leaf, { subject: name(['O', 'evil'], ['CN', 'leaf']) })
  }),
  'name constraints of a form nobody knows': bad((plan) => {
    const other: GeneralName = { kind: 'otherName', type: '1.2.3.9', value: der.utf8String('x') }
    caHas(plan, constraints([], [other]))
    leafHas(plan, names(other))
  }),
  'name constraints that are not critical': bad((plan) => {
    caHas(plan, { ...constraints([dns('example.jp')]), critical: false })
    leafHas(plan, names(dns('example.jp')))
  }),
  'name constraints in the leaf': bad((plan) => leafHas(plan, constraints([dns('example.jp')]))),
  'unknown critical extension in the leaf': bad((plan) => leafHas(plan, critical('1.2.3.4.5', der.nullValue()))),
  'unknown critical extension in a CA': bad((plan) => caHas(plan, critical('1.2.3.4.5', der.nullValue()))),
  'an extension twice': bad((plan) => {
    leafHas(plan, names(dns('a.example.jp')))
    set(plan.leaf, { extensions: [...plan.leaf.extensions!, names(dns('b.example.jp'))] })
  }),
  'revoked leaf': bad((plan) => {
    set(plan.leaf, { serial: 66n })
    plan.lists[plan.between.length] = { revoked: [1n, 66n] }
  }),
  'revoked CA': bad((plan) => {
    set(plan.between[0]!, { serial: plan.between[0]!.serial! })
    plan.lists[0] = { revoked: [plan.between[0]!.serial!] }
  }),
  'list out of date': bad((plan, now) => {
    plan.lists[plan.between.length] = { nextUpdate: new Date(now.getTime() - 3_600_000) }
  }),
  'list by another key': bad((plan) => void (plan.lists[plan.between.length] = { signer: KEYS.others[0]! })),
  'list missing': bad((plan) => void (plan.lists[plan.between.length] = undefined)),
  'list with an unknown critical extension': bad((plan) => {
    plan.lists[plan.between.length] = { extensions: [critical('1.2.3.4.5', der.nullValue())] }
  }),
  'policy missing in a CA': bad((plan) => {
    leafHas(plan, policies('1.2.3.4'))
    plan.policy = '1.2.3.4'
  }),
  'another policy': bad((plan) => {
    for (const shape of plan.between) extend(shape, CA_EXTENSIONS, policies('1.2.3.4'))
    leafHas(plan, policies('1.2.3.5'))
    plan.policy = '1.2.3.4'
  }),
  'issuer of another name': bad((plan) => set(plan.leaf, { issuerName: name(['CN', 'somebody else']) })),
  'a root that nobody trusts': bad((plan) => void (plan.root = 'stranger')),
  'CA between missing': bad((plan) => void (plan.missing = true)),
  'signed with SHA-1': bad((plan) => set(plan.between[0]!, { method: SHA1 })),
  'RSA of 1024 bits in the leaf': bad((plan) => set(plan.leaf, { key: KEYS.small })),
  'purpose of the leaf is another': bad((plan) =>
    leafHas(plan, plain(OID.extendedKeyUsage, ext.encodeExtendedKeyUsage(OID.serverAuth))),
  ),
  'purpose of a CA is another': bad((plan) =>
    caHas(plan, plain(OID.extendedKeyUsage, ext.encodeExtendedKeyUsage(OID.serverAuth))),
  ),
  'leaf without authorityKeyIdentifier': bad((plan) => set(plan.leaf, { without: [OID.authorityKeyIdentifier] })),
  'CA without subjectKeyIdentifier': bad((plan) => set(plan.between.at(-1)!, { without: [OID.subjectKeyIdentifier] })),
  'negative serial number': bad((plan) => set(plan.leaf, { serial: -5n })),
  'serial number 0': bad((plan) => set(plan.leaf, { serial: 0n })),
  'leaf with keyCertSign': bad((plan) => leafHas(plan, usage('digitalSignature', 'keyCertSign'))),
  'key identifier of another key': bad((plan) =>
    leafHas(
      plan,
      plain(OID.authorityKeyIdentifier, ext.encodeAuthorityKeyIdentifier({ keyIdentifier: Uint8Array.of(1, 2, 3) })),
    ),
  ),
}
