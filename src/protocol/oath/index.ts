// One-time passwords of partners: the value, and the application in the SIM.

export * from './application.ts'
export * from './hotp.ts'
