import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Bytes, utf8 } from '../../../base/bytes.ts'
import { generateKeyPair, type KeyPair, privateKey, sha256, sign } from '../../../base/crypto.ts'
import { assembleSignedData, signedAttributes } from '../../../codec/cms.ts'
import { decodeCertificate } from '../../../codec/x509.ts'
import { inquiryStatement } from '../../../protocol/consent/inquiry.ts'
import { openResidentRegister } from '../../resident-register/index.ts'
import { CITY, FOUR_INFO, type TestAuthority } from '../test-authority.ts'
import { term } from './consent.ts'
import { authorityWithParties, BANK, type Certified, type Holder, nonce, SHOP } from './specimen.ts'

const otherKey = generateKeyPair('RSA-2048')
let made: TestAuthority
let holder: (birthDate?: string) => Promise<Holder>
let issue: (residentId: string, kind: 'auth' | 'sign') => Promise<Certified>
let accredit: Awaited<ReturnType<typeof authorityWithParties>>['accredit']
beforeAll(async () => {
  ;({ made, holder, issue, accredit } = await authorityWithParties(openResidentRegister))
})
afterAll(() => made.close())

describe('最新の利用者情報, with consent', () => {
  let who: Holder
  beforeEach(async () => {
    made.clock.now = new Date('2026-06-01T03:00:00Z')
    who = await holder()
  })

  const signed = (content: object, { certificate, pair }: Certified = who.sign): Bytes => {
    const octets = utf8(JSON.stringify(content))
    const signer = decodeCertificate(certificate)
    const attributes = signedAttributes({
      messageDigest: sha256(octets),
      signingTime: made.clock.now,
      signingCertificate: signer.raw,
    })
    const signature = sign('RSA-SHA256', privateKey(pair.privateKey), attributes)
    return assembleSignedData({
      content: octets,
      signedAttributes: attributes,
      algorithm: 'RSA-SHA256',
      signature,
      signer,
    })
  }
  const inquire = async (changed: { pair?: KeyPair; certificate?: Bytes; nonce?: string; at?: Date } = {}) => {
    const asked = { ...who.auth, nonce: nonce(), at: made.clock.now, ...changed }
    const signature = sign('RSA-SHA256', privateKey(asked.pair.privateKey), inquiryStatement(asked))
    return (await made.authority.consents({ ...asked, signature })).consents
  }
  const consenting = (changed: object = {}) => ({
    purpose: 'consent to latest facts',
    party: BANK,
    items: ['name', 'address'],
    at: made.clock.now.toISOString(),
    nonce: nonce(),
    ...changed,
  })
  const give = (content: object = consenting(), by?: Certified) =>
    made.authority.giveConsent({ party: BANK, consent: signed(content, by) })
  const nextDay = () => {
    made.clock.now = new Date(made.clock.now.getTime() + 24 * 3600_000)
  }
  const move = () =>
    made.register.change({
      residentId: who.residentId,
      event: 'move',
      fourInfo: { ...FOUR_INFO, birthDate: '2000-02-03', address: '東京都かざす市やま町９番' },
      municipality: CITY,
    })
  const ask = (serial = who.sign.serial) => made.authority.latestFacts({ party: BANK, serial })

  test('the term begins the day after in Japan and ends ten years on', () => {
    const { from, until } = term(new Date('2023-05-18T01:00:00Z'))
    expect(from.toISOString()).toBe('2023-05-18T15:00:00.000Z')
    expect(until.toISOString()).toBe('2033-05-18T14:59:59.000Z')
  })

  test('after a move: nothing without a new certificate, then its facts, only those consented to', async () => {
    await give()
    nextDay()
    expect(await ask()).toEqual({ serial: who.sign.serial, changed: false, facts: {} })
    await move()
    await made.authority.followRegister({})
    await expect(ask()).rejects.toMatchObject({ code: 'authority/noNewCertificate' })
    const renewed = await issue(who.residentId, 'sign')
    expect(await ask()).toEqual({
      serial: renewed.serial,
      changed: true,
      facts: { name: FOUR_INFO.name, address: '東京都かざす市やま町９番' },
    })
  })

  test('without consent, with one that is not yet in force, of another party or withdrawn, nobody is told anything', async () => {
    const noConsent = { code: 'authority/noConsent' }
    await expect(ask()).rejects.toMatchObject(noConsent)
    await expect(ask(12345n)).rejects.toMatchObject(noConsent)
    const { consentId } = await give()
    await expect(ask()).rejects.toMatchObject(noConsent)
    nextDay()
    await ask()
    await accredit('other-bank', ['facts'])
    const asOther = made.authority.latestFacts({ party: 'other-bank', serial: who.sign.serial })
    await expect(asOther).rejects.toMatchObject(noConsent)
    expect(await inquire()).toMatchObject([{ consentId, party: BANK, displayName: BANK, items: ['name', 'address'] }])
    const withdrawal = { purpose: 'withdrawal of consent', consentId, at: made.clock.now.toISOString(), nonce: nonce() }
    await made.authority.withdrawConsent({ withdrawal: signed(withdrawal) })
    await expect(ask()).rejects.toMatchObject(noConsent)
    expect(await inquire()).toEqual([])
  })

  test('a platform asks for one service and not for another, knows what stands, and gives up what it no longer needs', async () => {
    const { consentId } = await give(consenting({ onBehalfOf: 'midori-insurance' }))
    nextDay()
    const forService = (onBehalfOf?: string) =>
      made.authority.latestFacts({ party: BANK, serial: who.sign.serial, ...(onBehalfOf && { onBehalfOf }) })
    expect(await forService('midori-insurance')).toMatchObject({ changed: false })
    for (const other of ['other-service', undefined])
      await expect(forService(other)).rejects.toMatchObject({ code: 'authority/noConsent' })
    expect(await inquire()).toMatchObject([{ consentId, onBehalfOf: 'midori-insurance' }])
    const standing = async (party = BANK) =>
      (await made.authority.standingConsents({ party, consentIds: [consentId, 'other'] })).consentIds
    expect(await standing()).toEqual([consentId])
    await accredit('other-bank', ['facts'])
    expect(await standing('other-bank')).toEqual([])
    const byOther = made.authority.relinquishConsent({ party: 'other-bank', consentId })
    await expect(byOther).rejects.toMatchObject({ code: 'authority/unknownConsent' })
    for (let times = 0; times < 2; times++) await made.authority.relinquishConsent({ party: BANK, consentId })
    expect(await standing()).toEqual([])
    await expect(forService('midori-insurance')).rejects.toMatchObject({ code: 'authority/noConsent' })
  })

  test('consents are shown to who signs with the key, once, in time; to nobody else', async () => {
    await give()
    const signatureWrong = { code: 'authority/signatureWrong' }
    await expect(inquire({ pair: otherKey })).rejects.toMatchObject(signatureWrong)
    await expect(inquire({ certificate: who.sign.certificate })).rejects.toMatchObject(signatureWrong)
    await expect(inquire({ certificate: utf8('x') })).rejects.toMatchObject(signatureWrong)
    const again = nonce()
    expect(await inquire({ nonce: again })).toHaveLength(1)
    await expect(inquire({ nonce: again })).rejects.toMatchObject({ code: 'authority/statementUsed' })
    const at = new Date(made.clock.now.getTime() - 601_000)
    await expect(inquire({ at })).rejects.toMatchObject({ code: 'authority/statementOld' })
  })

  test('a consent survives the renewal of the certificate and ends with its term', async () => {
    await give()
    await move()
    await made.authority.followRegister({})
    const renewed = await issue(who.residentId, 'sign')
    nextDay()
    expect(await ask(renewed.serial)).toMatchObject({ changed: false })
    await accredit(BANK, ['facts'], [], new Date('2040-01-01T00:00:00Z'))
    made.clock.now = new Date('2036-06-01T15:00:01Z')
    await expect(ask(renewed.serial)).rejects.toMatchObject({ code: 'authority/noConsent' })
  })

  test.each<[string, () => Promise<unknown>, string]>([
    ['by another key', () => give(consenting(), { ...who.sign, pair: otherKey }), 'signatureWrong'],
    ['by the other kind of certificate', () => give(consenting(), who.auth), 'signatureWrong'],
    ['no document', () => made.authority.giveConsent({ party: BANK, consent: utf8('x') }), 'signatureWrong'],
    ['of something else', () => give(consenting({ purpose: 'sell my house' })), 'statementWrong'],
    ['with a member too many', () => give(consenting({ price: 0 })), 'statementWrong'],
    ['for another party', () => give(consenting({ party: SHOP })), 'consentForAnother'],
    ['signed yesterday', () => give(consenting({ at: '2026-05-31T03:00:00Z' })), 'statementOld'],
    [
      'by a party that was granted ages only',
      () => made.authority.giveConsent({ party: SHOP, consent: signed(consenting()) }),
      'notGranted',
    ],
  ])('a consent %s is refused', async (_, act, code) =>
    expect(act()).rejects.toMatchObject({ code: `authority/${code}` }),
  )

  test('a statement counts once, and a revoked certificate signs none; nobody withdraws for another', async () => {
    const content = consenting()
    const { consentId } = await give(content)
    await expect(give(content)).rejects.toMatchObject({ code: 'authority/statementUsed' })
    const other = await holder()
    const withdrawal = { purpose: 'withdrawal of consent', consentId, at: made.clock.now.toISOString(), nonce: nonce() }
    const byOther = made.authority.withdrawConsent({ withdrawal: signed(withdrawal, other.sign) })
    await expect(byOther).rejects.toMatchObject({ code: 'authority/unknownConsent' })
    const { serial } = who.sign
    await made.authority.revoke({ kind: 'sign', serial, reason: 'keyCompromise', requestedBy: 'holder' })
    await expect(give()).rejects.toMatchObject({ code: 'authority/certificateNotValid' })
  })
})
