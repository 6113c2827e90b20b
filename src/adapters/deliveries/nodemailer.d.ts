// Of nodemailer, which has no types of its own, what smtp.ts uses.

declare module 'nodemailer' {
  interface Mail {
    readonly from: string
    readonly to: string
    readonly subject: string
    readonly text: string
    readonly messageId: string
    readonly disableFileAccess: true
    readonly disableUrlAccess: true
  }
  interface Transport {
    sendMail(mail: Mail): Promise<unknown>
    close(): void
  }
  interface Options {
    readonly url: string
    readonly requireTLS: boolean
    readonly connectionTimeout: number
    readonly greetingTimeout: number
    readonly socketTimeout: number
    readonly logger: false
  }
  export function createTransport(options: Options): Transport
}
