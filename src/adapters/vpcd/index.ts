// Our cards in a PC/SC reader.

export {
  connectVpcd,
  type InsertableCard,
  type InsertedInVpcd,
  SLOW_READER_CURE,
  type VpcdOptions,
} from './connect-vpcd.ts'
