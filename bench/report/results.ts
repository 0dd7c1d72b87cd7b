import { table } from '../../src/cli/table.js';
import type { Scale } from '../environment.js';
import type { Line } from '../measure/compare.js';
import { latencyText, metText, ratioText, significant, targetText, valueText } from './format.js';
import type { Machine } from './machine.js';
import { markdownTable } from './markdown-table.js';

export interface Results {
  readonly lines: readonly Line[];
  readonly machine: Machine;
  readonly postgres: { readonly version: string; readonly settings: Readonly<Record<string, string>> };
  readonly scale: Scale;
}

const cellsOf = ({ benchmark, unit, subject, baseline, ratio, target, isMet, of }: Line): string[] => [
  `${benchmark}: ${subject}`,
  baseline,
  ratioText(ratio.median),
  `${ratioText(ratio.min)} to ${ratioText(ratio.max)}`,
  targetText(target),
  metText(isMet),
  valueText(of.subject, unit),
  latencyText(of.subject.latency),
  valueText(of.baseline, unit),
  latencyText(of.baseline.latency),
];

/** For the terminal. */
export function resultsText(lines: readonly Line[]): string {
  const headings = [
    'SUBJECT',
    'BASELINE',
    'RATIO',
    'ROUNDS',
    'TARGET',
    'MET',
    'SUBJECT',
    'MS',
    'BASELINE',
    'MS',
  ];
  return table(headings, lines.map(cellsOf));
}

/** The file. */
export function resultsMarkdown({ lines, machine, postgres, scale }: Results): string {
  const headings = [
    'what',
    'compared with',
    'ratio',
    'rounds',
    'target',
    'met',
    'of the former',
    'ms (p50 / p99 / p99.9)',
    'of the latter',
    'ms (p50 / p99 / p99.9)',
  ];
  const settings = Object.entries(postgres.settings).map(([name, value]) => [`\`${name}\``, value]);
  const limits = lines.map(({ benchmark, subject, baseline, limits }) => [
    `${benchmark}: ${subject}`,
    baseline,
    limits,
  ]);
  return `# Results of the benchmarks

Written by \`npm run bench\`; see [README.md](README.md) for what is measured and how.

Each ratio is the median of ${scale.rounds} rounds of ${scale.seconds} s, in each of which every contender had its turn on the
same PostgreSQL server; the rounds furthest from it stand beside it. Absolute numbers are this machine's, which was not
idle; ratios carry over better.

${markdownTable(headings, lines.map(cellsOf))}

## What limits each

${markdownTable(['what', 'compared with', 'what limits it'], limits)}

## Where

${markdownTable(
  ['part', 'what it is'],
  [
    ['Processors', machine.processors],
    ['Memory', machine.memory],
    ['System', machine.system],
    ['Load of others when it began', machine.load.toFixed(2)],
    ['One durable write of 8 kB', `${significant(machine.syncMs)} ms`],
    ['Node.js', machine.node],
    ['PostgreSQL', postgres.version],
    ...settings,
  ],
)}
`;
}
