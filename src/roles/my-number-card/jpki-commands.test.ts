// Every command of the JPKI application and every status word, one row each, on card and phone. Observed: myna-card,
// OpenSC; what they leave open: docs/profile.md#jpki-application.

import { expect, test } from 'vitest'
import { fromHex, hex, utf8 } from '../../base/bytes.ts'
import { specimenCard } from '../../world/testing/card-specimen.ts'
import { enrolledMemory } from '../secure-element/enrolled.ts'
import { SpecimenMemory, wake } from '../secure-element/specimen.ts'

const AID = '00A4040C0AD392F000260100000001'
const INFO = '3031300D060960864801650304020105000420'
const HASH = '00'.repeat(32)
const SIGNATURE = /^.{512}9000$/
const PIN = `0020009804${hex(utf8('1234'))}`
const PASSWORD = `0020009B08${hex(utf8('ABC12345'))}`
const lc = (data: string) => (data.length / 2).toString(16).padStart(2, '0')
const sign = (p1: string, key: string, data: string) => `802A${p1}${key}${lc(data)}${data}00`

type Row = readonly [why: string, before: readonly string[], command: string, answer: string | RegExp]

/** What card and phone answer alike. */
const BOTH: readonly Row[] = [
  ['the application', [], AID, '9000'],
  ['another name', [], '00A4040C0AD392F000260100000002', '6A82'],
  ['the beginning of its name', [], '00A4040C05D392F00026', '9000'],
  ['a file before the application', [], '00A4020C02000A', '6A82'],
  ['the MF after reset', [], '00A40000', '6A86'],
  ['the MF inside', [AID], '00A40000', '9000'],
  ['the MF inside changes nothing', [AID, '00A4020C020006', '00A40000'], '00B0000004', '4A504B499000'],
  ['3F00', [AID], '00A4020C023F00', '6A82'],
  ['a file that is not there', [AID], '00A4020C020010', '6A82'],
  ['an identifier of three bytes', [AID], '00A4020C03000A00', '6700'],
  ['SELECT by another way', [AID], '00A4010C02000A', '6A86'],
  ['a PIN is selected like a file', [AID], '00A4020C020018', '9000'],
  ['so is the password', [AID], '00A4020C02001B', '9000'],
  ['so is a key', [AID], '00A4020C020017', '9000'],
  ['and the root of the terminals', [AID], '00A4020C020016', '9000'],
  ['READ without a current file', [AID], '00B0000004', '6986'],
  ['token information', [AID], '00B0860020', /^4A504B4941.*9000$/],
  ['to its end although more is asked', [AID], '00B0869F00', '399000'],
  ['at its end', [AID], '00B086A001', '6B00'],
  ['an offset of 15 bits', [AID, '00A4020C020006'], '00B07FFF01', '6B00'],
  ['without Le', [AID], '00B08600', '6700'],
  ['with data', [AID], '00B0860001AA', '6700'],
  ['with an extended Le', [AID], '00B08600000000', '6700'],
  ['a short identifier that is none', [AID], '00B0E60000', '6A86'],
  ['a short identifier without file', [AID], '00B0900000', '6A82'],
  ['short identifier 0 is the current file', [AID, '00A4020C020006'], '00B0800004', '4A504B499000'],
  ['EF 0009 is for nobody', [AID], '00B0890010', '6982'],
  ['EF 0009 not after the PIN either', [AID, PIN], '00B0890010', '6982'],
  ['a key is no file', [AID], '00B0970001', '6981'],
  ['nor is a PIN', [AID], '00B0980001', '6981'],
  ['nor the root of the terminals', [AID], '00B0960001', '6981'],
  ['READ RECORD of what has none', [AID, '00A4020C020006'], '00B2010400', '6981'],
  ['tries of the PIN', [AID, '00A4020C020018'], '00200080', '63C3'],
  ['tries by short identifier', [AID], '00200098', '63C3'],
  ['tries after success are said all the same', [AID, PIN], '00200098', '63C3'],
  ['with Le it is no query', [AID], '0020009800', '6700'],
  ['tries of what is no secret', [AID], '00200097', '6981'],
  ['tries of nothing', [AID], '00200090', '6A88'],
  ['tries with nothing selected', [AID], '00200080', '6986'],
  ['VERIFY with another P1', [AID], '0020019804313233 34', '6A86'],
  ['the right PIN', [AID], PIN, '9000'],
  ['a wrong one', [AID], '002000980439393939', '63C2'],
  ['the second', [AID, '002000980439393939'], '002000980439393939', '63C1'],
  ['the last', [AID, ...Array(2).fill('002000980439393939')], '002000980439393939', '63C0'],
  ['the right one then', [AID, ...Array(3).fill('002000980439393939')], PIN, '6984'],
  ['a wrong length then', [AID, ...Array(3).fill('002000980439393939')], '0020009801 31', '6984'],
  ['the query then', [AID, ...Array(3).fill('002000980439393939')], '00200098', '63C0'],
  ['success sets the counter back', [AID, '002000980439393939', PIN], '00200098', '63C3'],
  ['too short costs no try', [AID, '0020009803313233'], '00200098', '63C3'],
  ['too short', [AID], '0020009803313233', '6700'],
  ['letters cost a try', [AID], '002000980441424344', '63C2'],
  ['a new PIN', [AID, PIN], '002401980434333231', '9000'],
  ['without the old one', [AID], '002401980434333231', '6982'],
  ['after a wrong one', [AID, PIN, '002000980439393939'], '002401980434333231', '6982'],
  ['old and new in one', [AID, PIN], '0024009808313233 3434333231', '6A86'],
  ['a new PIN of letters', [AID, PIN], '002401980441424344', '6A80'],
  ['a new PIN that is too long', [AID, PIN], '00240198053132333435', '6A80'],
  ['the old one after the change', [AID, PIN, '002401980434333231'], PIN, '63C2'],
  ['CHANGE KEY is of other applications', [AID, PIN], '803200980434333231', '6982'],
  ['SIGN without the PIN', [AID], sign('00', '97', INFO + HASH), '6982'],
  ['SIGN after it', [AID, PIN], sign('00', '97', INFO + HASH), SIGNATURE],
  ['by selecting', [AID, PIN, '00A4020C020017'], sign('00', '80', INFO + HASH), SIGNATURE],
  ['bare hash', [AID, PIN], sign('01', '97', '61'), SIGNATURE],
  ['DigestInfo added', [AID, PIN], sign('02', '97', HASH), SIGNATURE],
  ['hashed on the card', [AID, PIN], sign('03', '97', '61'), SIGNATURE],
  ['PSS of a hash', [AID, PIN], sign('04', '97', HASH), SIGNATURE],
  ['PSS of a message', [AID, PIN], sign('05', '97', '61'), SIGNATURE],
  ['245 bytes as they are', [AID, PIN], sign('00', '97', '61'.repeat(245)), SIGNATURE],
  ['one more', [AID, PIN], sign('00', '97', '61'.repeat(246)), '6700'],
  ['nothing to sign', [AID, PIN], '802A009700', '6700'],
  ['a hash that is none', [AID, PIN], sign('02', '97', '61'), '6700'],
  ['the same for PSS', [AID, PIN], sign('04', '97', `${HASH}00`), '6700'],
  ['a seventh scheme', [AID, PIN], sign('06', '97', HASH), '6A86'],
  ['P1 as clients do not send it', [AID, PIN], sign('9E', '97', HASH), '6A86'],
  ['a PIN is no key', [AID, PIN], sign('00', '98', HASH), '6981'],
  ['nor is a file', [AID, PIN], sign('00', '86', HASH), '6981'],
  ['no key at all', [AID, PIN], sign('00', '90', HASH), '6A88'],
  ['P2 without the high bit', [AID, PIN], sign('00', '17', HASH), '6A88'],
  ['SIGN of the ISO class is none', [AID, PIN], `002A009E9A20${HASH}00`, '6700'],
  ['re-SELECT is logout', [AID, PIN, AID], sign('00', '97', HASH), '6982'],
  ['one byte of challenge', [AID], '0084000001', /^..9000$/],
  ['256 bytes', [AID], '0084000000', SIGNATURE],
  ['an extended Le', [AID], '00840000000020', '6985'],
  ['without Le', [AID], '00840000', '6700'],
  ['with P2', [AID], '0084000108', '6A86'],
  ['at the MF too', [], '0084000008', /^.{16}9000$/],
  ['GET DATA inside', [AID], '00CA00F200', '6A88'],
  ['SET PUBLIC IC KEY with another P2', [AID], '80A2000001AA', '6A86'],
  ['with what is no certificate', [AID], '80A2001601AA', '6A80'],
  ['SET SESSION KEY', [AID], '80AE0000', '6982'],
  ['SET SESSION KEY after the PIN', [AID, PIN], '80AE0000', '6982'],
  ['EXTERNAL AUTHENTICATE out of the blue', [AID], '0082001601AA', '6985'],
  ['INTERNAL AUTHENTICATE out of the blue', [AID], `0088009710${'00'.repeat(16)}00`, '6982'],
  ['INTERNAL AUTHENTICATE after the PIN', [AID, PIN], `0088009710${'00'.repeat(16)}00`, '6982'],
  ['UNLOCK KEY', [AID], '80540000', '6982'],
  ['the last-command indicator', [AID], '80FC0000', '6700'],
  ['secure messaging: SELECT', [AID], '08A4020C02000A', '6882'],
  ['secure messaging: SELECT by name', [AID], '0CA4040C0AD392F000260100000001', '6882'],
  ['secure messaging: READ', [AID], '08B0000004', '69FC'],
  ['secure messaging: VERIFY', [AID], '0C20009804313233 34', '69FC'],
  ['an unknown instruction', [AID], '0004000000', '6D00'],
  ['an unknown one of the other class', [AID], '8004000000', '6D00'],
  ['an unknown class', [AID], 'A0A40000', '6E00'],
  ['three bytes', [AID], '00A400', '6700'],
  ['a length that is not one', [AID], '00A4020C05000A', '6700'],
]

const CARD: readonly Row[] = [
  ['the authentication certificate is free', [AID], '00B08A0004', /^3082.{4}9000$/],
  ['the signature certificate is not', [AID], '00B0810004', '6982'],
  ['not after the PIN', [AID, PIN], '00B0810004', '6982'],
  ['but after the password', [AID, PASSWORD], '00B0810004', /^3082.{4}9000$/],
  ['both certificates', [AID], '00B0880003', '8F8F009000'],
  ['its CA', [AID], '00B0820004', /^3082.{4}9000$/],
  ['tries of the password', [AID], '0020009B', '63C5'],
  ['a password of five characters', [AID], '0020009B05 4142433132', '6700'],
  ['of seventeen', [AID], `0020009B11${'41'.repeat(17)}`, '6700'],
  ['small letters are other ones', [AID], `0020009B08${hex(utf8('abc12345'))}`, '63C4'],
  ['a new password', [AID, PASSWORD], `0024019B06${hex(utf8('XYZ789'))}`, '9000'],
  ['a new one of small letters', [AID, PASSWORD], `0024019B06${hex(utf8('xyz789'))}`, '6A80'],
  ['the keys are apart: PIN', [AID, PIN], sign('00', '9A', INFO + HASH), '6982'],
  ['the keys are apart: password', [AID, PASSWORD], sign('00', '97', INFO + HASH), '6982'],
  ['the signature key', [AID, PASSWORD], sign('00', '9A', INFO + HASH), SIGNATURE],
  ['again without asking again', [AID, PASSWORD, sign('00', '9A', HASH)], sign('00', '9A', HASH), SIGNATURE],
  ['the phone’s state', [AID], '80CADF0100', '6A88'],
  ['the contact ATR', [AID], '00CA5F5100', 'DA13FF8131FB468012392F31C173C601C03B9000'],
  ['the label', [AID], '00B086000F', `${hex(utf8('JPKIAPICCTOKEN2'))}9000`],
]

const PHONE: readonly Row[] = [
  ['the authentication certificate is not free', [AID], '00B08A0004', '6982'],
  ['but after the PIN', [AID, PIN], '00B08A0004', /^3082.{4}9000$/],
  ['its CA is', [AID], '00B08B0004', /^3082.{4}9000$/],
  ['one certificate', [AID], '00B0880003', '008F009000'],
  ['there is no signature certificate', [AID], '00A4020C020001', '6A82'],
  ['and no key', [AID], '00A4020C02001A', '6A82'],
  ['its password has no tries', [AID], '0020009B', '63C0'],
  ['and is blocked', [AID], PASSWORD, '6984'],
  ['its state', [AID], '80CADF0100', 'DF0105010102030 09000'],
  ['another object', [AID], '80CADF0200', '6A88'],
  ['the label', [AID], '00B086000F', `${hex(utf8('JPKIAPGPSETOKEN'))}9000`],
]

const plain = (text: string) => text.replaceAll(' ', '')

async function cardImage(): Promise<SpecimenMemory> {
  const memory = new SpecimenMemory()
  specimenCard({ memory })
  return memory
}

test.each([
  ['card', cardImage, [...BOTH, ...CARD]],
  ['phone', () => enrolledMemory('1234'), [...BOTH, ...PHONE]],
] as const)('every command and status word of the %s', async (_, image, rows) => {
  const { records } = await image()
  const said = rows.map(([why, before, command, answer]) => {
    const card = wake(new SpecimenMemory(records))
    for (const earlier of before) card.process(fromHex(plain(earlier)))
    const real = hex(card.process(fromHex(plain(command)))).toUpperCase()
    const right = answer instanceof RegExp ? answer.test(real) : plain(answer).toUpperCase() === real
    return [why, command, right ? answer : real]
  })
  expect(said).toEqual(rows.map(([why, , command, answer]) => [why, command, answer]))
})
