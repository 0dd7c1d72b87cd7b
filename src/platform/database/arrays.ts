/** What an array parameter may hold; a Date as timestamptz. */
export type Element = string | number | bigint | boolean | Date | null;

/** Rows of equal length as one array parameter per column, for `unnest`. */
export function columns(rows: readonly (readonly unknown[])[]): string[] {
  const width = rows[0]?.length ?? 0;
  return Array.from({ length: width }, (_, i) => arrayLiteral(rows.map((row) => row[i] as Element)));
}

/**
 * A PostgreSQL array in its text form: https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO. The driver
 * writes the same several times slower, which is felt where thousands of rows a second pass.
 */
export function arrayLiteral(elements: readonly Element[]): string {
  let text = '{';
  for (let i = 0; i < elements.length; i++) {
    if (i > 0) text += ',';
    const element = elements[i];
    if (element === null || element === undefined) text += 'NULL';
    else if (typeof element === 'string') text += quoted(element);
    else if (element instanceof Date) text += `"${element.toISOString()}"`;
    else text += String(element);
  }
  return `${text}}`;
}

const mustBeEscaped = /["\\]/;

const quoted = (text: string): string =>
  mustBeEscaped.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`;
