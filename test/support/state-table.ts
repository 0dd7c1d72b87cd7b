import { readFileSync } from 'node:fs';

/** What a table of a README says of one pair: the first line of its row, the head of its column, and the cell. */
export interface TabledPair {
  readonly status: string;
  readonly fact: string;
  /** The status afterwards. */
  readonly next: string;
  /** What else the cell says after a comma; null: nothing. */
  readonly effect: string | null;
}

/**
 * The pairs of the table that follows the one mention of "`decidedBy`:" in a document, one for each status that a row
 * names. "unchanged" is the row's own status, "as …" the column's.
 */
export function stateTable(path: string, decidedBy: string): readonly TabledPair[] {
  const [, after, ...others] = readFileSync(path, 'utf8').split(`— \`${decidedBy}\`:\n`);
  if (after === undefined || others.length > 0)
    throw new Error(`${path} should introduce one table by "— \`${decidedBy}\`:".`);
  const lines = after.trimStart().split('\n');
  const rows = lines.slice(0, lines.indexOf('')).map(cellsOf);
  const [[, ...facts] = [], , ...states] = rows;
  return states.flatMap(([names = '', ...cells]) => {
    if (cells.length !== facts.length) throw new Error(`The row of ${names} has ${cells.length} cells.`);
    return names
      .split(', ')
      .flatMap((status) =>
        facts.map((fact, i) => ({ status, fact, ...meaning(cells[i] ?? '', status, fact) })),
      );
  });
}

const cellsOf = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

function meaning(cell: string, status: string, fact: string): Pick<TabledPair, 'next' | 'effect'> {
  const [word = '', effect = null] = cell.split(', ');
  if (word === 'unchanged') return { next: status, effect };
  return { next: word.startsWith('as ') ? fact : word, effect };
}
