// Status words: one table for our cards and for what they say to others.
// ISO 7816-4:2020 §5.6; GPC v2.3.1 Table 11-10; GPC-SEAC v1.0 §4.1; JPKI's own choices observed: myna-card.

export interface StatusWord {
  readonly sw: number
  readonly meaning: string
}

export const SW = {
  OK: { sw: 0x9000, meaning: 'completed' },
  CHANNEL_CLOSED_ALREADY: { sw: 0x6200, meaning: 'the logical channel was closed already' },
  CARD_LOCKED_WARNING: { sw: 0x6283, meaning: 'selected, but the card is locked' },
  /** ETSI TS 102 226 §5.2.1.1. */
  TRUNCATED: { sw: 0x62f1, meaning: 'answer of a script cut off' },
  AUTHENTICATION_FAILED: { sw: 0x6300, meaning: 'cryptogram or signature is wrong' },
  MORE_DATA: { sw: 0x6310, meaning: 'more data available' },
  RULE_EXISTS: { sw: 0x6381, meaning: 'the access rule is there already' },
  RULE_UNKNOWN: { sw: 0x6382, meaning: 'there is no such access rule' },
  NO_DIAGNOSIS: { sw: 0x6400, meaning: 'no precise diagnosis' },
  MEMORY_FAILURE: { sw: 0x6581, meaning: 'memory failure' },
  /** Of a card that delivers no session key here (observed: myna-card). */
  SECURITY_ENVIRONMENT: { sw: 0x66f1, meaning: 'security environment is faulty' },
  WRONG_LENGTH: { sw: 0x6700, meaning: 'wrong length' },
  CHANNEL_NOT_SUPPORTED: { sw: 0x6881, meaning: 'logical channel not supported' },
  SECURE_MESSAGING_NOT_SUPPORTED: { sw: 0x6882, meaning: 'secure messaging not supported' },
  LAST_OF_CHAIN_EXPECTED: { sw: 0x6883, meaning: 'last command of the chain expected' },
  COMMAND_CHAINING_NOT_SUPPORTED: { sw: 0x6884, meaning: 'command chaining not supported' },
  SECURITY_STATUS: { sw: 0x6982, meaning: 'security status not satisfied' },
  /** JPKI says 6984 where ISO would say 6983 (observed: myna-card). */
  PIN_BLOCKED: { sw: 0x6984, meaning: 'the referenced PIN is blocked' },
  CONDITIONS: { sw: 0x6985, meaning: 'conditions of use not satisfied' },
  NO_CURRENT_EF: { sw: 0x6986, meaning: 'no current EF' },
  WRONG_FILE_KIND: { sw: 0x6981, meaning: 'command does not fit the kind of file' },
  SM_OBJECT_MISSING: { sw: 0x6987, meaning: 'secure messaging object missing' },
  SM_OBJECT_WRONG: { sw: 0x6988, meaning: 'secure messaging object wrong' },
  /** Observed: myna-card. */
  NO_SECURE_MESSAGING_SESSION: { sw: 0x69fc, meaning: 'no secure messaging session' },
  APPLET_SELECT_FAILED: { sw: 0x6999, meaning: 'the application cannot be selected' },
  WRONG_DATA: { sw: 0x6a80, meaning: 'wrong data' },
  FUNCTION_NOT_SUPPORTED: { sw: 0x6a81, meaning: 'function not supported' },
  NOT_FOUND: { sw: 0x6a82, meaning: 'file or application not found' },
  RECORD_NOT_FOUND: { sw: 0x6a83, meaning: 'record not found' },
  NO_SPACE: { sw: 0x6a84, meaning: 'not enough memory' },
  WRONG_P1P2: { sw: 0x6a86, meaning: 'wrong P1 P2' },
  REFERENCE_NOT_FOUND: { sw: 0x6a88, meaning: 'referenced data not found' },
  CONFLICT: { sw: 0x6a89, meaning: 'contradicts what is there' },
  WRONG_OFFSET: { sw: 0x6b00, meaning: 'offset past the end of the file' },
  INS_NOT_SUPPORTED: { sw: 0x6d00, meaning: 'instruction not supported' },
  CLA_NOT_SUPPORTED: { sw: 0x6e00, meaning: 'class not supported' },
  CIPHERTEXT_TOO_LARGE: { sw: 0x6f00, meaning: 'not below the modulus' },
} as const satisfies Record<string, StatusWord>

const BY_NUMBER = new Map<number, string>(Object.values(SW).map(({ sw, meaning }) => [sw, meaning]))

/** `63Cx`: the tries that are left. ISO 7816-4:2020 §5.6. */
export const triesLeft = (sw: number): number | undefined => ((sw & 0xfff0) === 0x63c0 ? sw & 0xf : undefined)

/** `63Cx` for so many tries. */
export const triesLeftWord = (tries: number): number => 0x63c0 | Math.min(tries, 15)

/** "6982 security status not satisfied". */
export function explain(sw: number): string {
  const tries = triesLeft(sw)
  const meaning = tries === undefined ? (BY_NUMBER.get(sw) ?? 'status unknown') : `${tries} tries left`
  return `${sw.toString(16).toUpperCase().padStart(4, '0')} ${meaning}`
}
