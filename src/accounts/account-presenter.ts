import type { UnitOfWork } from '../platform/unit-of-work.js';
import type { Account } from './account.entity.js';
import { AccountType } from './account.types.js';
import type { ApiKeyService } from './api-key.service.js';
import { ApiKeyType } from './api-key.types.js';

/** Shows a page of accounts, whose keys are read with one query for all of them, if anyone asks for keys. */
export class AccountPresenter {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly apiKeys: ApiKeyService,
  ) {}

  one(account: Account): AccountType {
    return new AccountType(account, this.#keysOf([account]));
  }

  page(accounts: readonly Account[]): AccountType[] {
    const keysOf = this.#keysOf(accounts);
    return accounts.map((account) => new AccountType(account, keysOf));
  }

  #keysOf(accounts: readonly Account[]): (accountId: string) => Promise<ApiKeyType[]> {
    const load = () =>
      this.uow.read((em) =>
        this.apiKeys.newestOf(
          em,
          accounts.map(({ id }) => id),
        ),
      );
    let loaded: ReturnType<typeof load> | undefined;
    return async (accountId) => {
      loaded ??= load();
      return ((await loaded).get(accountId) ?? []).map((apiKey) => new ApiKeyType(apiKey));
    };
  }
}
