import { describe, expect, it } from '@jest/globals';
import type { Command } from '../../src/cli/command.js';
import { asksForHelp, findCommand, leadingWords, readArguments } from '../../src/cli/command-line.js';
import { UsageError } from '../../src/cli/usage-error.js';

const command = (path: string, rest: Partial<Command> = {}): Command => ({
  path,
  summary: '',
  positionals: [],
  options: {},
  run: () => Promise.resolve({ text: '', json: null }),
  ...rest,
});

const create = command('thing create', {
  options: {
    name: { type: 'string', value: 'NAME', required: true, help: '' },
    note: { type: 'string', value: 'TEXT', help: '' },
    loud: { type: 'boolean', help: '' },
  },
});
const remove = command('thing remove', { positionals: ['ID'] });
const tidy = command('tidy');
const commands = [create, remove, tidy];

const split = (text: string) => text.split(' ').filter(Boolean);

describe('the command of a command line', () => {
  it.each([
    ['thing create --name x', create],
    ['thing create', create],
    ['thing remove 42', remove],
    ['tidy up', tidy],
    ['nonsense', undefined],
    ['thing', undefined],
    ['thing destroy --name x', undefined],
    ['create thing', undefined],
  ])('"%s"', (text, expected) => {
    expect(findCommand(split(text), commands)).toBe(expected);
  });

  it('is named by the words before the first option', () => {
    expect(leadingWords(split('thing destroy --name x'))).toEqual(['thing', 'destroy']);
    expect(leadingWords(split('thing destroy'))).toEqual(['thing', 'destroy']);
  });
});

describe('help', () => {
  it.each(['', 'help', 'help thing create', '--help', '-h', 'thing create --help', 'nonsense --help'])(
    'is asked for by "%s"',
    (text) => {
      expect(asksForHelp(split(text))).toBe(true);
    },
  );

  it('is not asked for by a value', () => {
    expect(asksForHelp(split('thing create --name help'))).toBe(false);
  });
});

describe('the arguments of a command', () => {
  it('are its options and whether to print JSON', () => {
    const { args, json } = readArguments(split('thing create --name=x --loud --json'), create);
    expect(json).toBe(true);
    expect(args.required('name')).toBe('x');
    expect(args.text('note')).toBeUndefined();
    expect(args.flag('loud')).toBe(true);
  });

  it('are its positional arguments', () => {
    const { args, json } = readArguments(split('thing remove 42'), remove);
    expect(args.positional(0)).toBe('42');
    expect(json).toBe(false);
  });

  it.each([
    ['thing create', create, '"thing create" needs --name.'],
    ['thing create --name=', create, '"thing create" needs --name.'],
    ['thing create --name', create, "Option '--name <value>' argument missing"],
    ['thing create --name x --size 3', create, "Unknown option '--size'"],
    ['thing create --name x y', create, '"thing create" takes no argument.'],
    ['thing remove', remove, '"thing remove" takes ID.'],
    ['thing remove 1 2', remove, '"thing remove" takes ID.'],
    ['tidy up', tidy, '"tidy" takes no argument.'],
  ])('refuses "%s"', (text, of, message) => {
    const read = () => readArguments(split(text), of);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(message);
  });
});
