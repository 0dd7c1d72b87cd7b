import { parseArgs } from 'node:util';
import type { Arguments, Command } from './command.js';
import { UsageError } from './usage-error.js';

export const asksForHelp = (words: readonly string[]): boolean =>
  words.length === 0 || words[0] === 'help' || words.includes('--help') || words.includes('-h');

/** The command that `words` begin with the name of. */
export function findCommand(words: readonly string[], commands: readonly Command[]): Command | undefined {
  return commands.find(({ path }) => path.split(' ').every((word, i) => words[i] === word));
}

export interface CommandLine {
  readonly args: Arguments;
  readonly json: boolean;
}

/**
 * What follows the name of `command` in `words`.
 * @throws UsageError for an unknown option, and for missing or superfluous arguments.
 */
export function readArguments(words: readonly string[], command: Command): CommandLine {
  const { values, positionals } = parse(command, words.slice(command.path.split(' ').length));
  if (positionals.length !== command.positionals.length) {
    const expected = command.positionals.length === 0 ? 'no argument' : command.positionals.join(' ');
    throw new UsageError(`"${command.path}" takes ${expected}.`);
  }
  for (const [name, { required }] of Object.entries(command.options)) {
    if (required && !values[name]) throw new UsageError(`"${command.path}" needs --${name}.`);
  }
  return { args: argumentsOf(values, positionals), json: values.json === true };
}

type OptionValues = Readonly<Record<string, string | boolean | undefined>>;

function argumentsOf(values: OptionValues, positionals: readonly string[]): Arguments {
  const text = (option: string) => {
    const value = values[option];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    text,
    required(option) {
      const value = text(option);
      if (value === undefined) throw new UsageError(`--${option} is missing.`);
      return value;
    },
    flag: (option) => values[option] === true,
    positional(index) {
      const value = positionals[index];
      if (value === undefined) throw new UsageError('An argument is missing.');
      return value;
    },
  };
}

function parse(command: Command, args: string[]): { values: OptionValues; positionals: string[] } {
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, { type }]) => [name, { type }] as const),
  );
  try {
    return parseArgs({ args, options: { ...options, json: { type: 'boolean' } }, allowPositionals: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code?.startsWith('ERR_PARSE_ARGS_')) throw new UsageError(message, { cause: error });
    throw error;
  }
}

/** What was meant to name a command: the words before the first option. */
export function leadingWords(words: readonly string[]): readonly string[] {
  const end = words.findIndex((word) => word.startsWith('-'));
  return end === -1 ? words : words.slice(0, end);
}
