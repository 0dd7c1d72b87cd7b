/** What requests are counted against. Each is counted by API key or by client address, never by both. */
export const budgetNames = ['anonymous', 'wrong-keys', 'customer', 'service', 'admin', 'webhook'] as const;
export type BudgetName = (typeof budgetNames)[number];

/** How many requests each may have in a window; 0: as many as come. */
export type RateBudgets = Readonly<Record<BudgetName, number>>;

export const windowSeconds = 60;
export const windowMs = windowSeconds * 1_000;

export const noRateBudgets: RateBudgets = {
  anonymous: 0,
  'wrong-keys': 0,
  customer: 0,
  service: 0,
  admin: 0,
  webhook: 0,
};

/** What a process leaves unspent of a lease is lost to the others, so a lease is a small share of the limit. */
const leasesPerWindow = 20;

/** How many requests a process asks for at a time. */
export const leaseSizeOf = (limit: number): number => Math.ceil(limit / leasesPerWindow);

/** Windows begin at whole minutes, the same for all processes. */
export const windowStartOf = (now: Date): Date => new Date(Math.floor(now.getTime() / windowMs) * windowMs);
