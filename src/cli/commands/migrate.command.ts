import type { Command } from '../command.js';

export const migrate: Command = {
  path: 'migrate',
  summary: "Brings the database's tables up to date.",
  positionals: [],
  options: {},
  async run(_args, session) {
    const migrations = await session.migrate();
    return {
      text: migrations.length === 0 ? 'Up to date already.' : ['Migrated:', ...migrations].join('\n  '),
      json: { migrations },
    };
  },
};
