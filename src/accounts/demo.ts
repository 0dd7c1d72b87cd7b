import type { EntityManager } from '@mikro-orm/postgresql';
import type { Role } from '../platform/caller.js';
import type { Clock } from '../platform/clock.js';
import { newId } from '../platform/ids.js';
import type { AccountService } from './account.service.js';
import { hashToken, prefixOf } from './api-key-token.js';

export const demoAccountId = 'demo';

const demoKeys: readonly { readonly token: string; readonly role: Role; readonly name: string }[] = [
  { token: 'demo_customer_key', role: 'CUSTOMER', name: 'Demo customer' },
  { token: 'demo_service_key', role: 'SERVICE', name: 'Demo gateway' },
  { token: 'demo_admin_key', role: 'ADMIN', name: 'Demo admin' },
];
const demoTokens: ReadonlySet<string> = new Set(demoKeys.map(({ token }) => token));

export const isDemoToken = (token: string): boolean => demoTokens.has(token);

/** The account and the keys that let anyone try the service. Repeating it changes nothing. */
export async function seedDemo(em: EntityManager, accounts: AccountService, clock: Clock): Promise<void> {
  await accounts.createUnlessExists(em, {
    id: demoAccountId,
    name: 'Demo customer',
    email: 'demo@example.com',
  });
  for (const { token, role, name } of demoKeys) {
    await em.execute(
      `insert into api_keys (id, account_id, role, name, prefix, hash, created_at)
       values (?, ?, ?, ?, ?, ?, ?) on conflict (prefix) do nothing`,
      [
        newId(clock),
        role === 'CUSTOMER' ? demoAccountId : null,
        role,
        name,
        prefixOf(token),
        hashToken(token),
        clock.now(),
      ],
    );
  }
}
