// The offline revocation filter: building its tables and asking them. The signed form: codec/revocation-filter.

export { type Asked, askFilter, type FilterAnswer, fits } from './ask-filter.ts'
export { coarseColumns, entropyBound, type FilterBuilder, filterBuilder } from './build-filter.ts'
