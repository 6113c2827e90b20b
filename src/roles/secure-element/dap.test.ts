import { describe, expect, test } from 'vitest'
import { type Bytes, bytes, NO_BYTES } from '../../base/bytes.ts'
import { sha1, sha256 } from '../../base/crypto.ts'
import { encodeLoadFile } from '../../protocol/globalplatform/delegated-management.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { run } from '../../protocol/iso7816/index.ts'
import { JPKI } from '../../protocol/jpki-ap/index.ts'
import {
  DOMAIN,
  dataBlock,
  inDomain,
  install,
  loadFile,
  putRaw,
  SCHEMES,
  simWithDomain,
} from './delegation-specimen.ts'
import { asIssuer, outcome } from './specimen.ts'

describe('DAP', () => {
  const scheme = SCHEMES['ECDSA P-256']
  const signature = scheme.sign(sha256(dataBlock))
  const withKey = async (privileges: number) => {
    const card = await simWithDomain(scheme, privileges)
    await run(
      card.link(),
      inDomain(() => putRaw(0x73, scheme.field())),
    )
    return card
  }
  const load = (to: Bytes, daps: Parameters<typeof encodeLoadFile>[1], fileHash = sha256(dataBlock)) =>
    asIssuer(function* () {
      yield* install(0x02, 0, [JPKI.loadFile, to, fileHash, NO_BYTES], undefined)
      yield* loadFile(encodeLoadFile(dataBlock, daps))
    })
  const good = [{ securityDomain: DOMAIN, signature }]

  test.each<[string, string, Parameters<typeof encodeLoadFile>[1]]>([
    ['right', '9000', good],
    ['missing', '6985', []],
    ['over another hash', '6982', [{ securityDomain: DOMAIN, signature: scheme.sign(sha256(bytes(1))) }]],
    ['cut', '6982', [{ securityDomain: DOMAIN, signature: signature.slice(1) }]],
    ['of a domain that there is not', '6985', [...good, { securityDomain: JPKI.securityDomain, signature }]],
    ['of a domain without the privilege', '6985', [...good, { securityDomain: gp.AID.isd, signature }]],
  ])('into a DAP domain, %s: %s', async (_, sw, daps) =>
    expect(await outcome(await withKey(0xc08000), load(DOMAIN, daps))).toBe(sw),
  )

  test.each<[string, string, number, Parameters<typeof encodeLoadFile>[1]]>([
    ['mandated, missing', '6985', 0xc18000, []],
    ['mandated, right', '9000', 0xc18000, good],
    ['not mandated, missing', '9000', 0xc08000, []],
  ])('into the issuer’s domain, %s: %s', async (_, sw, privileges, daps) =>
    expect(await outcome(await withKey(privileges), load(gp.AID.isd, daps))).toBe(sw),
  )

  test('needs the load file hash, none weaker than the key', async () => {
    const card = await withKey(0xc08000)
    expect(await outcome(card, load(DOMAIN, good, NO_BYTES))).toBe('6985')
    const begin = () => install(0x02, 0, [JPKI.loadFile, DOMAIN, NO_BYTES, NO_BYTES], undefined)
    expect(await outcome(card, asIssuer(begin))).toBe('6985')
    expect(await outcome(card, load(DOMAIN, good, sha1(dataBlock)))).toBe('6985')
  })

  test('a locked domain with Mandated DAP lets nothing be loaded', async () => {
    const card = await withKey(0xc18000)
    await run(
      card.link(),
      asIssuer(() => gp.setLocked(DOMAIN, true)),
    )
    expect(await outcome(card, load(gp.AID.isd, []))).toBe('6985')
    expect(await outcome(card, load(gp.AID.isd, good))).toBe('6985')
  })
})
