import type { Account } from '../../accounts/account.entity.js';
import { commandLine } from '../../platform/actor.js';
import type { Command } from '../command.js';
import { cut, limitOf, listOptions } from '../list-options.js';
import { fields, instant, table } from '../table.js';

const toJson = ({ id, name, email, createdAt }: Account) => ({ id, name, email, createdAt });

export const accountCreate: Command = {
  path: 'account create',
  summary: 'Opens an account with an empty balance.',
  positionals: [],
  options: {
    id: {
      type: 'string',
      value: 'ID',
      help: "The gateway's own id of the customer; one is made up if left out.",
    },
    name: { type: 'string', value: 'NAME', required: true, help: "The customer's name." },
    email: { type: 'string', value: 'ADDRESS', help: 'Where receipts and alerts go.' },
  },
  async run(args, { uow, accounts }) {
    const input = { id: args.text('id'), name: args.required('name'), email: args.text('email') };
    const account = await uow.run((em) => accounts.create(em, input, commandLine));
    return {
      text: fields([
        ['Account', account.id],
        ['Name', account.name],
        ['Email', account.email ?? '-'],
      ]),
      json: toJson(account),
    };
  },
};

export const accountList: Command = {
  path: 'account list',
  summary: 'Lists accounts, in the order of their ids.',
  positionals: [],
  options: {
    search: {
      type: 'string',
      value: 'TEXT',
      help: 'Only those with this in their id, name or email address.',
    },
    ...listOptions,
  },
  async run(args, { uow, accounts }) {
    const limit = limitOf(args);
    const listing = { search: args.text('search'), afterId: args.text('after'), limit: limit + 1 };
    const { rows, note } = cut(await uow.read((em) => accounts.list(em, listing)), limit);
    return {
      text: table(
        ['ID', 'NAME', 'EMAIL', 'CREATED'],
        rows.map(({ id, name, email, createdAt }) => [id, name, email ?? '-', instant(createdAt)]),
      ),
      json: rows.map(toJson),
      note,
    };
  },
};
