// CIBA as a service speaks it, with openid-client: ask, fetch the answer, say what came of it. CIBA Core 1.0 §7, §10.1.

import * as oidc from 'openid-client'
import { OpenIdRefused } from '../model.ts'
import type { ApprovalPort } from './model.ts'

const GRANT = 'urn:openid:params:grant-type:ciba'
const NOT_YET = ['authorization_pending', 'slow_down']

/** `configuration` asks the provider for its metadata at first use. */
export const approvalPort = (
  issuer: string,
  configuration: () => Promise<oidc.Configuration>,
  token: (scope: string) => Promise<string>,
): ApprovalPort => ({
  ask: async ({ subject, message, channel, caller, userCode }) => {
    try {
      const answer = await oidc.initiateBackchannelAuthentication(await configuration(), {
        ...{ scope: 'openid', login_hint: subject, binding_message: message },
        request_context: JSON.stringify({ channel, caller }),
        ...(userCode && { user_code: userCode }),
      })
      const { comparison_code: code } = answer
      if (typeof code !== 'string') throw new OpenIdRefused('invalid', 'no_number')
      return { authReqId: answer.auth_req_id, code, expiresIn: answer.expires_in }
    } catch (error) {
      if (error instanceof oidc.ResponseBodyError) throw new OpenIdRefused('declined', error.error, error)
      throw error
    }
  },
  fetch: async (authReqId) => {
    try {
      const tokens = await oidc.genericGrantRequest(await configuration(), GRANT, { auth_req_id: authReqId })
      const claims = tokens.claims()
      return claims ? { subject: claims.sub } : 'declined'
    } catch (error) {
      if (!(error instanceof oidc.ResponseBodyError)) throw error
      if (NOT_YET.includes(error.error)) return 'waiting'
      return error.error === 'expired_token' ? 'expired' : 'declined'
    }
  },
  report: async (authReqId, outcome, text) => {
    const answer = await fetch(`${issuer}/approval/outcome`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await token('approval.outcome')}`, 'content-type': 'application/json' },
      body: JSON.stringify({ auth_req_id: authReqId, outcome, text }),
      redirect: 'error',
    })
    if (!answer.ok) throw new OpenIdRefused('invalid', `outcome ${answer.status}`)
  },
})
