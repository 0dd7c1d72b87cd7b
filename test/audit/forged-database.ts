import { Client, DatabaseError, type PoolClient } from 'pg';
import { AuditStore } from '../../src/audit/audit.store.js';
import { Auditor, type AuditReport } from '../../src/audit/auditor.js';
import { sqlOfClient } from '../../src/platform/database/sql.js';
import { createLog } from '../../src/platform/log.js';
import { UnitOfWork } from '../../src/platform/unit-of-work.js';
import { startTestService, type TestService } from '../support/service.js';
import { forgeries } from './forgery.js';
import { liveFully } from './full-life.js';

/** A database with two accounts that have seen everything, in the hands of somebody who can switch its triggers off. */
export class ForgedDatabase {
  private constructor(
    readonly service: TestService,
    readonly auditor: Auditor,
    /** The account that forgeries are about. */
    readonly accountId: string,
    /** Another one with the same life. */
    readonly bystanderId: string,
    private readonly intruder: Client,
  ) {}

  static async open(): Promise<ForgedDatabase> {
    const service = await startTestService();
    const auditor = new Auditor(new UnitOfWork(service.orm, createLog('error')), new AuditStore());
    const { accountId } = await liveFully(service);
    const { accountId: bystanderId } = await liveFully(service);
    const intruder = new Client({ connectionString: service.database.url });
    await intruder.connect();
    return new ForgedDatabase(service, auditor, accountId, bystanderId, intruder);
  }

  async close(): Promise<void> {
    await this.intruder.end();
    await this.service.close();
  }

  query(sql: string, parameters: unknown[] = []) {
    return this.intruder.query(sql, parameters);
  }

  /** Audits what the database would be like after a forgery, and undoes it. */
  async auditAfter(
    forge: string | (() => Promise<unknown>),
    audited: string | null = null,
  ): Promise<AuditReport> {
    await this.query('begin; set local session_replication_role = replica');
    try {
      await (typeof forge === 'string' ? this.query(forge) : forge());
      const sql = sqlOfClient(this.intruder as unknown as PoolClient);
      return await this.auditor.auditOn(sql, audited, () => undefined);
    } finally {
      await this.query('rollback');
    }
  }

  /**
   * Makes every change of every column, one at a time: in one row each, or in every row.
   * @returns what the audit missed, and the columns in which it found something
   */
  async changeEverything({ inEveryRow }: { inEveryRow: boolean }) {
    const missed: string[] = [];
    const made = new Set<string>();
    for (const { change, row, sql } of await forgeries(this.service.database, this.accountId)) {
      if (!inEveryRow && made.has(change)) continue;
      let changed: number | null = 0;
      try {
        const { shown } = await this.auditAfter(async () => {
          changed = (await this.query(sql)).rowCount;
        }, this.accountId);
        if (changed === 0) continue;
        made.add(change);
        if (!shown.some(({ accountId }) => accountId === this.accountId)) missed.push(`${change} in ${row}`);
      } catch (error) {
        // What must not be null, and what must be unique, stays so.
        if (!(error instanceof DatabaseError && error.code?.startsWith('23'))) throw error;
      }
    }
    const columns = new Set(Array.from(made, (change) => change.split(' ')[0]));
    return { missed, columns };
  }
}
