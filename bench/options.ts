import { parseArgs } from 'node:util';
import { StartupError } from '../src/platform/startup-error.js';
import type { Scale } from './environment.js';

export interface Options {
  readonly scale: Scale;
  /** The benchmarks to run, in their order. */
  readonly names: readonly string[];
  /** Whether everything is measured at its full size, as the published results are. */
  readonly isFull: boolean;
}

const full: Scale = {
  rounds: 5,
  seconds: 5,
  entries: { few: 10_000, many: 10_000_000 },
  debits: { early: 1_000_000, late: 2_000_000 },
};

/** To see that everything works; it says little about speed. */
const quick: Scale = {
  rounds: 1,
  seconds: 1,
  entries: { few: 1_000, many: 100_000 },
  debits: { early: 2_000, late: 10_000 },
};

/**
 * What the command line asks for.
 * @throws StartupError
 */
export function readOptions(words: readonly string[], known: readonly string[]): Options {
  const values = parse([...words]);
  const defaults = values.quick ? quick : full;
  const scale: Scale = {
    rounds: wholeNumber('rounds', values.rounds) ?? defaults.rounds,
    seconds: wholeNumber('seconds', values.seconds) ?? defaults.seconds,
    entries: { ...defaults.entries, many: wholeNumber('entries', values.entries) ?? defaults.entries.many },
    debits: defaults.debits,
  };
  const wanted = values.only?.split(',').map((name) => name.trim()) ?? known;
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new StartupError(`There is no ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
  }
  const isFull = values.only === undefined && !values.quick && values.entries === undefined;
  return { scale, names: known.filter((name) => wanted.includes(name)), isFull };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        only: { type: 'string' },
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        entries: { type: 'string' },
        quick: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code?.startsWith('ERR_PARSE_ARGS_')) throw new StartupError(message, { cause: error });
    throw error;
  }
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new StartupError(`--${name} takes a whole number from 1.`);
  return Number(text);
}
