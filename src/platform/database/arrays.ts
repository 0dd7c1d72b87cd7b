/** What an array parameter may hold; a Date as timestamptz. */
export type Element = string | number | bigint | boolean | Date | null;

/** Reads one column of a row. */
export type Column<Row> = (row: Row) => Element;

/** Rows as one array parameter per column, for `unnest`. */
export const columnsOf = <Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string[] =>
  columns.map((column) => arrayLiteral(rows, column));

const itself = (element: Element): Element => element;

export function arrayLiteral(elements: readonly Element[]): string;
export function arrayLiteral<Row>(rows: readonly Row[], column: Column<Row>): string;
/**
 * A PostgreSQL array in its text form: https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO. The driver
 * writes the same several times slower, which is felt where thousands of rows a second pass.
 */
export function arrayLiteral<Row>(rows: readonly Row[], column: Column<Row> = itself as Column<Row>): string {
  let text = '{';
  let separator = '';
  // Rows that were made together share their Date.
  let date: Date | null = null;
  let dateText = '';
  for (const row of rows) {
    text += separator;
    separator = ',';
    const element = column(row);
    if (element === null) text += 'NULL';
    else if (typeof element === 'string') text += quoted(element);
    else if (element instanceof Date) {
      if (element !== date) {
        date = element;
        dateText = `"${element.toISOString()}"`;
      }
      text += dateText;
    } else text += element.toString();
  }
  return `${text}}`;
}

const mustBeEscaped = /["\\]/;

const quoted = (text: string): string =>
  mustBeEscaped.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`;
