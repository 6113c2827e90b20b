// Who acts for a customer may see the balance, and, where the law lets them speak for the customer, link the account before; nothing else
// here. Seed 0 高橋①; ours: docs/profile.md#delegates-at-the-bank.

/** Whether somebody may do this for somebody else, now: both by the pairwise names of this service. AuthZEN §6. */
export interface DecisionPort {
  may(asked: { readonly delegate: string; readonly act: string; readonly subject: string }): Promise<boolean>
}

/** In the words of the service, as it is registered. */
export const BALANCE = { act: 'balance', title: '残高を見る / See the balance' } as const
/** A firm never logs in itself, nor a child without a PIN. */
export const LINK = {
  act: 'link',
  title: '口座と結びつける / Link the account',
  kinds: ['parent', 'representative'],
} as const
