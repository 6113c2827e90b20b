// `kazasu/validate`: path validation, revocation, time stamps and the rules of JPKI, without I/O. docs/validate.md

export * from '../../protocol/validate/index.ts'
