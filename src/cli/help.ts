import type { Command, Option } from './command.js';

const intro = `Usage: npm run cli -- COMMAND [OPTIONS] [--json]

Works on the database that the server uses: the one at DATABASE_URL, or else the
PostgreSQL of this project's own under DATA_DIR, whether the server is running or not.
`;

const outro = `Options of every command:
  --json  Print JSON, for programs.
  --help  Print this.

Exit codes: 0 done; 1 refused, failed, or something differs; 2 the command line is wrong.`;

export function help(commands: readonly Command[]): string {
  return [intro, ...commands.map((command) => `${helpOn(command)}\n`), outro].join('\n');
}

export function helpOn({ path, positionals, summary, options }: Command): string {
  const lines = Object.entries(options).map(([name, option]) => [
    synopsis(name, option),
    describeOption(option),
  ]);
  const width = Math.max(0, ...lines.map(([left = '']) => left.length));
  return [
    [path, ...positionals].join(' '),
    `  ${summary}`,
    ...lines.map(([left = '', right = '']) => `    ${left.padEnd(width)}  ${right}`),
  ].join('\n');
}

const synopsis = (name: string, { value }: Option): string => (value ? `--${name} ${value}` : `--${name}`);
const describeOption = ({ help: text, required }: Option): string => (required ? `${text} Required.` : text);
