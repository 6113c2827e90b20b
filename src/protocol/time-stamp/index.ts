// Time stamps, made and verified. RFC 3161.

export { makeTimeStamp } from './make-time-stamp.ts'
export {
  readTimeStamp,
  type TimeStampFacts,
  type TimeStampInput,
  type TimeStampVerdict,
  verifyTimeStamp,
} from './verify-time-stamp.ts'
