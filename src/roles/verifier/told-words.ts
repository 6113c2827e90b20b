// What is kept of a word that one phone or one browser was told.

import { hex, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'

export const kept = (told: string): string => hex(sha256(utf8(told)))
