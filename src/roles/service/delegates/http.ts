// The platform is asked each time, because a mandate that is withdrawn counts for nothing from then on. AuthZEN §6.

import { unanswered } from '../../../adapters/http/index.ts'
import { API_SCOPE } from '../../verifier/api/contract.ts'
import { OpenIdAway, OpenIdRefused } from '../model.ts'
import type { DecisionPort } from './model.ts'

export const decisionPort = (issuer: string, token: (scope: string) => Promise<string>): DecisionPort => ({
  may: async ({ delegate, act, subject }) => {
    try {
      const answer = await fetch(`${issuer}/access/v1/evaluation`, {
        method: 'POST',
        headers: { authorization: `Bearer ${await token(API_SCOPE)}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          subject: { type: 'person', id: delegate },
          action: { name: act },
          resource: { type: 'person', id: subject },
        }),
        redirect: 'error',
      })
      if (!answer.ok) throw new OpenIdRefused('invalid', `decision ${answer.status}`)
      const { decision } = (await answer.json()) as { readonly decision?: unknown }
      return decision === true
    } catch (error) {
      throw unanswered(error) ? new OpenIdAway(error) : error
    }
  },
})
