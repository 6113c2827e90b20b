// Advanced electronic signatures: made in two steps, extended, read and judged. ETSI EN 319 102-1, 319 122-1.

export {
  addArchiveTimeStamp,
  addSignatureTimeStamp,
  addValidationData,
  finishCades,
  prepareArchive,
  prepareCades,
  signatureOctets,
  toBeSignedOf,
} from './cades-make.ts'
export { readCades } from './cades-read.ts'
export { EXTEND, finish, formatOf, type Packaging, prepare, readDocument } from './formats.ts'
export type { Format, ReadSignature, ValidationContext, ValidationData } from './model.ts'
export {
  addPadesArchiveTimeStamp,
  addPadesSignatureTimeStamp,
  addPadesValidationData,
  finishPades,
  padesSignatureOctets,
  padesToBeSigned,
  preparePades,
  preparePadesArchive,
} from './pades-make.ts'
export { readPades } from './pades-read.ts'
export { documentReport } from './report.ts'
export { type JudgedSignature, judgeSignature } from './validate.ts'
export {
  addXadesArchiveTimeStamp,
  addXadesSignatureTimeStamp,
  addXadesValidationData,
  finishXades,
  prepareXades,
  prepareXadesArchive,
  type XadesContent,
  xadesSignatureOctets,
  xadesToBeSigned,
} from './xades-make.ts'
export { readXades } from './xades-read.ts'
