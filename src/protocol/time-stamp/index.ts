// Time stamps: verification. RFC 3161.

export { type TimeStampInput, type TimeStampVerdict, verifyTimeStamp } from './verify-time-stamp.ts'
