const columnGap = '  ';

/** Rows under their headings in columns, padded with spaces; no trailing spaces. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, i) =>
    Math.max(heading.length, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  return [headings, ...rows]
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join(columnGap)
        .trimEnd(),
    )
    .join('\n');
}

/** One line per field, the values in a column. */
export function fields(pairs: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${name.padEnd(width)}${columnGap}${value}`).join('\n');
}

/** An instant to the second, in UTC: "2026-11-23 18:40:28Z"; a dash where there is none. */
export const instant = (date: Date | null): string =>
  date
    ? date
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d+Z$/, 'Z')
    : '-';
