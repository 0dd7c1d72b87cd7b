import { isUUID } from 'class-validator';
import type { ApiKey } from '../../accounts/api-key.entity.js';
import { commandLine } from '../../platform/actor.js';
import { type Role, roles } from '../../platform/caller.js';
import type { Command } from '../command.js';
import { parseExpiry } from '../expiry.js';
import { cut, limitOf, listOptions } from '../list-options.js';
import { fields, instant, table } from '../table.js';
import { UsageError } from '../usage-error.js';

const toJson = (key: ApiKey) => ({
  id: key.id,
  prefix: key.prefix,
  role: key.role,
  accountId: key.accountId,
  name: key.name,
  createdAt: key.createdAt,
  lastUsedAt: key.lastUsedAt,
  expiresAt: key.expiresAt,
  revokedAt: key.revokedAt,
});

export const keyCreate: Command = {
  path: 'key create',
  summary: 'Creates an API key and prints it, for the only time.',
  positionals: [],
  options: {
    role: { type: 'string', value: 'ROLE', required: true, help: 'CUSTOMER, SERVICE or ADMIN.' },
    name: { type: 'string', value: 'NAME', required: true, help: 'What people will call it.' },
    account: { type: 'string', value: 'ID', help: 'The account of a CUSTOMER key.' },
    expires: { type: 'string', value: 'WHEN', help: 'E.g. 90d, 12h, 2027-01-31; never if left out.' },
  },
  async run(args, { uow, apiKeys, clock }) {
    const expires = args.text('expires');
    const input = {
      role: parseRole(args.required('role')),
      name: args.required('name'),
      accountId: args.text('account'),
      expiresAt: expires === undefined ? null : parseExpiry(expires, clock.now()),
    };
    const { apiKey, token } = await uow.run((em) => apiKeys.create(em, input, commandLine));
    return {
      text: fields([
        ['Key', token],
        ['Id', apiKey.id],
        ['Role', apiKey.role],
        ['Account', apiKey.accountId ?? '-'],
        ['Name', apiKey.name],
        ['Expires', instant(apiKey.expiresAt)],
      ]),
      json: { token, apiKey: toJson(apiKey) },
      note: 'Copy the key now: it is not shown again.',
    };
  },
};

export const keyList: Command = {
  path: 'key list',
  summary: 'Lists API keys, newest first. The keys themselves cannot be shown.',
  positionals: [],
  options: {
    account: { type: 'string', value: 'ID', help: 'Only keys of this account.' },
    role: { type: 'string', value: 'ROLE', help: 'Only keys of this role.' },
    revoked: { type: 'boolean', help: 'Revoked keys too.' },
    ...listOptions,
  },
  async run(args, { uow, apiKeys }) {
    const limit = limitOf(args);
    const role = args.text('role');
    const listing = {
      accountId: args.text('account'),
      role: role === undefined ? null : parseRole(role),
      includeRevoked: args.flag('revoked'),
      afterId: afterId(args.text('after')),
      limit: limit + 1,
    };
    const { rows, note } = cut(await uow.read((em) => apiKeys.list(em, listing)), limit);
    return {
      text: table(
        ['PREFIX', 'ROLE', 'ACCOUNT', 'NAME', 'CREATED', 'LAST USED', 'EXPIRES', 'REVOKED', 'ID'],
        rows.map((key) => [
          key.prefix,
          key.role,
          key.accountId ?? '-',
          key.name,
          instant(key.createdAt),
          instant(key.lastUsedAt),
          instant(key.expiresAt),
          instant(key.revokedAt),
          key.id,
        ]),
      ),
      json: rows.map(toJson),
      note,
    };
  },
};

export const keyRevoke: Command = {
  path: 'key revoke',
  summary: 'Revokes an API key for good; servers refuse it from the next request on.',
  positionals: ['ID|PREFIX'],
  options: {},
  async run(args, { uow, apiKeys }) {
    const idOrPrefix = args.positional(0);
    const apiKey = await uow.run(async (em) => {
      const id = isUUID(idOrPrefix) ? idOrPrefix : (await apiKeys.getByPrefix(em, idOrPrefix)).id;
      return apiKeys.revoke(em, id, commandLine);
    });
    return {
      text: `Revoked ${apiKey.prefix} (${apiKey.role}, ${apiKey.name}) at ${instant(apiKey.revokedAt)}.`,
      json: toJson(apiKey),
    };
  },
};

function parseRole(text: string): Role {
  const role = roles.find((known) => known === text.toUpperCase());
  if (!role) throw new UsageError(`--role is one of ${roles.join(', ')}.`);
  return role;
}

function afterId(text: string | undefined): string | undefined {
  if (text !== undefined && !isUUID(text)) throw new UsageError('--after is the id of a key.');
  return text;
}
