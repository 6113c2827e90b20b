// The way of every certificate: built, a twin linted, stored as `pending` and logged, signed, compared, stored as `valid`.
// Whatever breaks off, the same request key goes on where it stopped: what is signed is what was stored.

import { type Bytes, equal } from '../../../base/bytes.ts'
import { sha256 } from '../../../base/crypto.ts'
import { Refusal } from '../../../base/refusal.ts'
import { modulusOfSpki } from '../../../codec/cvc.ts'
import {
  authIdentifier,
  type HolderProfile,
  notAfter,
  signIdentifier,
  tbsCertificate,
  wholeSecond,
} from '../../../protocol/jpki-profile/index.ts'
import type { Resident } from '../../resident-register/contract.ts'
import { algorithmOf } from '../anchor.ts'
import type { Deps } from '../deps.ts'
import { PLACES, type Place, placeOf } from '../model.ts'
import { no } from '../refusals.ts'
import { serialNumber } from '../serial-number.ts'
import type { CertificateRow, MakeTbs, Prepared } from '../store.ts'
import { finish, type Issued } from './finish.ts'
import { checkTwin } from './twin.ts'

export interface IssueRequest {
  readonly place: Place
  readonly requestKey: string
  readonly residentId: string
  readonly publicKey: Bytes
  /** Of a phone: the certificate of the card. */
  readonly cardAuthSerial?: bigint
  /** Of a phone: the certificate whose place it takes. */
  readonly replaces?: bigint
}

const PROFILE_OF = {
  'card-auth': 'auth',
  'card-sign': 'sign',
  'phone-auth': 'phoneAuth',
} as const satisfies Record<Place, HolderProfile>

/** Issues, or gives what was issued for this request key; `mayHave` refuses residents who may not have one. */
export async function issue(deps: Deps, request: IssueRequest, mayHave: (resident: Resident) => void): Promise<Issued> {
  const known = await deps.store.findRequest(request.requestKey)
  if (known) return finish(deps, sameRequest(known, request))
  checkKey(deps, request)
  // An event of the resident may come between reading the facts and entering the certificate; then they are read anew.
  for (let tries = 0; tries < 5; tries++) {
    const prepared = await prepare(deps, request, mayHave)
    if (prepared !== 'factsAreOld') return finish(deps, sameRequest(admitted(prepared, request), request))
  }
  throw no.registerBusy()
}

/** Holders' keys are of the kind of the authority's own: RSA-2048 now, P-384 on the next card. */
function checkKey({ generations }: Deps, { place, publicKey: spki }: IssueRequest): void {
  const { algorithm } = generations.current(PLACES[place].kind).signer
  try {
    if (algorithm === 'RSA-SHA256') modulusOfSpki(spki)
    else if (algorithmOf(spki) !== algorithm) throw no.keyNotAllowed()
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw no.keyNotAllowed({}, error)
  }
}

async function prepare(deps: Deps, request: IssueRequest, mayHave: (resident: Resident) => void): Promise<Prepared> {
  const resident = await findResident(deps, request.residentId)
  if (resident.status !== 'resident') throw no.notResident()
  mayHave(resident)
  const now = deps.clock()
  return deps.store.prepare(
    {
      place: request.place,
      requestKey: request.requestKey,
      residentId: request.residentId,
      municipality: resident.municipality,
      publicKeyHash: sha256(request.publicKey),
      ...(request.cardAuthSerial === undefined ? {} : { cardAuthSerial: request.cardAuthSerial }),
      ...(request.replaces === undefined ? {} : { replaces: request.replaces }),
      factsSequence: resident.sequence,
      now,
    },
    makeTbs(deps, request, resident, now),
  )
}

/** Refuses who is not in the register. */
export async function findResident({ register }: Deps, residentId: string) {
  try {
    return await register.find({ residentId })
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) throw no.unknownResident({}, error)
    throw error
  }
}

const makeTbs =
  (
    { generations, signatures, entropy, hierarchy }: Deps,
    request: IssueRequest,
    resident: Resident,
    now: Date,
  ): MakeTbs =>
  ({ notBeyond, renewal }) => {
    const anchor = generations.current(PLACES[request.place].kind)
    const serial = serialNumber(entropy)
    const validity = {
      notBefore: wholeSecond(now),
      notAfter: notAfter(now, resident.fourInfo.birthDate, { renewal, notLaterThan: notBeyond ? [notBeyond] : [] }),
    }
    const facts = {
      hierarchy,
      serialNumber: serial,
      validity,
      subjectPublicKeyInfo: request.publicKey,
      signatureAlgorithm: anchor.signer.algorithm,
      issuer: anchor.certificate,
      municipality: resident.municipality,
    }
    const profile = PROFILE_OF[request.place]
    const tbs =
      profile === 'sign'
        ? tbsCertificate(profile, {
            ...facts,
            identifier: signIdentifier(now, entropy),
            fourInfo: resident.fourInfo,
          })
        : tbsCertificate(profile, { ...facts, identifier: authIdentifier(entropy) })
    checkTwin(tbs, profile, hierarchy, anchor)
    const logged = signatures.entryOf(anchor.key, 'certificate', tbs)
    return { serial, generation: anchor.generation, ...validity, tbs, logged }
  }

function admitted(prepared: Exclude<Prepared, 'factsAreOld'>, { place }: IssueRequest): CertificateRow {
  if (prepared === 'cardNotValid') throw no.cardNotValid()
  if (prepared === 'keyCertified') throw no.keyCertified()
  if (prepared === 'certificateExists') throw place === 'phone-auth' ? no.phoneExists() : no.certificateExists()
  return prepared
}

function sameRequest(row: CertificateRow, request: IssueRequest): CertificateRow {
  const same =
    placeOf(row) === request.place &&
    row.resident_id === request.residentId &&
    equal(row.public_key_hash, sha256(request.publicKey)) &&
    (request.cardAuthSerial === undefined || row.card_auth_serial === request.cardAuthSerial)
  if (!same) throw no.requestReused()
  return row
}
