// Who acts for a customer may see the balance, and nothing else here. Seed 0 高橋①; ours: docs/profile.md#delegates-at-the-bank.

/** Whether somebody may do this for somebody else, now: both by the pairwise names of this service. AuthZEN §6. */
export interface DecisionPort {
  may(asked: { readonly delegate: string; readonly act: string; readonly subject: string }): Promise<boolean>
}

/** In the words of the service, as it is registered. */
export const BALANCE = { act: 'balance', title: '残高を見る / See the balance' } as const
