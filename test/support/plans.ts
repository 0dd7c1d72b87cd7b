import { Client, escapeLiteral } from 'pg';
import { arrayLiteral, type Element } from '../../src/platform/database/arrays.js';
import type { Sql } from '../../src/platform/database/sql.js';

/** A node of a plan, as EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) has it; counts of rows are per loop. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly PlanNode[];
}

/** How PostgreSQL plans a prepared statement: without regard to its parameters, or anew for each. */
export type Planning = 'force_generic_plan' | 'force_custom_plan';

export interface Planner {
  /** Runs statements, and remembers what they took. */
  readonly sql: Sql;
  /** The plans of the statements since the last call, with what they took. */
  takePlans(): PlanNode[];
  close(): Promise<void>;
}

/** Runs statements on a connection of its own, each twice: once to explain it. */
export async function openPlanner(url: string, planning: Planning): Promise<Planner> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`set plan_cache_mode = ${planning}`);
  let plans: PlanNode[] = [];
  return {
    sql: {
      pipelined: false,
      async query<Row>({ name, text }: Parameters<Sql['query']>[0], values: readonly unknown[]) {
        const given = values.length === 0 ? '' : `(${values.map(literalOf).join(', ')})`;
        await client.query(`deallocate all; prepare ${name} as ${text}`);
        const explained = await client.query(
          `explain (analyze, buffers, format json) execute ${name}${given}`,
        );
        plans.push(explained.rows[0]['QUERY PLAN'][0].Plan);
        return (await client.query(`execute ${name}${given}`)).rows as Row[];
      },
    },
    takePlans() {
      const taken = plans;
      plans = [];
      return taken;
    },
    close: () => client.end(),
  };
}

function literalOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return escapeLiteral(arrayLiteral(value as Element[]));
  return escapeLiteral(value instanceof Date ? value.toISOString() : String(value));
}

/** A plan's nodes that were executed, itself first. */
export function executed(node: PlanNode): PlanNode[] {
  if (node['Actual Loops'] === 0) return [];
  return [node, ...(node.Plans ?? []).flatMap(executed)];
}

/** How many rows of tables a plan looked at, those it did not want included. */
export const rowsRead = (node: PlanNode): number =>
  executed(node)
    .filter((one) => one['Relation Name'] !== undefined)
    .map((one) => (one['Actual Rows'] + (one['Rows Removed by Filter'] ?? 0)) * one['Actual Loops'])
    .reduce((sum, rows) => sum + rows, 0);

/** How many pages it touched, wherever they were. */
export const blocksRead = (node: PlanNode): number => node['Shared Hit Blocks'] + node['Shared Read Blocks'];
