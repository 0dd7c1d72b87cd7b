import { withEnvFile } from '../config/env-file.js';
import { loadConfig } from '../config.js';
import { createLog } from '../platform/log.js';
import { run } from './run.js';

const print = (stream: NodeJS.WriteStream) => (text: string) => {
  stream.write(`${text}\n`);
};

process.exitCode = await run(
  process.argv.slice(2),
  { out: print(process.stdout), err: print(process.stderr) },
  async (work) => {
    const config = loadConfig(withEnvFile(process.env, process.cwd()));
    // Loaded when it is needed: printing the help takes no database.
    const { withSession } = await import('./session.js');
    return withSession(config, createLog('warn', process.stderr), work);
  },
);
