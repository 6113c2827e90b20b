// The offline revocation filter: building its tables and asking them. The signed form: codec/revocation-filter.

export { type Asked, askFilter, fits } from './ask-filter.ts'
export { entropyBound, filterBuilder } from './build-filter.ts'
