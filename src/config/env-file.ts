import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';

/** `environment` with what a `.env` file in `directory` adds to it; what is already set wins. */
export function withEnvFile(environment: NodeJS.ProcessEnv, directory: string): NodeJS.ProcessEnv {
  let text: string;
  try {
    text = readFileSync(resolve(directory, '.env'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return environment;
    throw error;
  }
  return { ...parseEnv(text), ...environment };
}
