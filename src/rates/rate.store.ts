import type { Sql, Statement } from '../platform/database/sql.js';
import { type ModelName, type Rate, type RateTerms, type RateVersion, rateOf } from './rate.js';

/** A model at an instant. */
export interface WantedRate extends ModelName {
  readonly at: Date;
}

export interface CardPage {
  readonly at: Date;
  /** Null: from the first model on. */
  readonly after: ModelName | null;
  readonly limit: number;
}

export interface VersionsPage extends ModelName {
  /** Only versions older than this one; null: all. */
  readonly before: number | null;
  readonly limit: number;
}

interface TermsRow {
  readonly input_price: string | null;
  readonly output_price: string | null;
  readonly markup_ppm: number | null;
}

interface VersionRow extends TermsRow {
  readonly provider: string;
  readonly model: string;
  readonly version: number;
  readonly effective_from: Date | string;
  readonly note: string | null;
  readonly set_by: string;
  readonly created_at: Date | string;
}

/** Everything is null where a model had no version yet. */
interface InForceRow extends TermsRow {
  readonly version: number | null;
  readonly effective_from: Date | string | null;
}

const columns =
  'provider, model, version, input_price, output_price, markup_ppm, effective_from, note, set_by, created_at';

// Of versions that are effective from the same instant, the one that was set last is in force.
const newestFirst = 'effective_from desc, version desc';

const lock: Statement = {
  name: 'rates_lock',
  text: 'lock table rate_versions in share row exclusive mode',
};

const append: Statement = {
  name: 'rates_append',
  text: `insert into rate_versions (${columns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
};

const find: Statement = {
  name: 'rates_find',
  text: `select ${columns} from rate_versions where provider = $1 and model = $2 and version = $3`,
};

const inForce: Statement = {
  name: 'rates_in_force',
  text: `select r.version, r.input_price, r.output_price, r.markup_ppm, r.effective_from
    from unnest($1::text[], $2::text[], $3::timestamptz[]) with ordinality as w (provider, model, at, place)
    left join lateral (
      select * from rate_versions v
      where v.provider = w.provider and v.model = w.model and v.effective_from <= w.at
      order by ${newestFirst} limit 1) r on true
    order by w.place`,
};

const card: Statement = {
  name: 'rates_card',
  text: `select ${columns} from (
      select distinct on (provider, model) ${columns} from rate_versions
      where effective_from <= $1 and (provider, model) > ($2, $3)
      order by provider, model, ${newestFirst}) newest
    where input_price is not null
    order by provider, model limit $4`,
};

const versions: Statement = {
  name: 'rates_versions',
  text: `select ${columns} from rate_versions
    where provider = $1 and model = $2 and ($3::int is null or version < $3)
    order by version desc limit $4`,
};

/** Sorts before every model, since names are not empty. */
const beforeAllModels: ModelName = { provider: '', model: '' };

/** The rate card in native SQL: the gateway looks rates up for every call to a model. */
export class RateStore {
  /** Lets one transaction at a time append, until it ends. Readers do not wait. */
  async lock(sql: Sql): Promise<void> {
    await sql.query(lock, []);
  }

  async append(sql: Sql, version: RateVersion): Promise<void> {
    await sql.query(append, [
      version.provider,
      version.model,
      version.version,
      version.terms?.inputPrice ?? null,
      version.terms?.outputPrice ?? null,
      version.terms?.markup ?? null,
      version.effectiveFrom,
      version.note,
      version.setBy,
      version.createdAt,
    ]);
  }

  async find(sql: Sql, { provider, model }: ModelName, version: number): Promise<RateVersion | null> {
    const [row] = await sql.query<VersionRow>(find, [provider, model, version]);
    return row ? versionOf(row) : null;
  }

  /** In the order of `wanted`, by one statement; null where there was no version yet or the model was retired. */
  async inForce(sql: Sql, wanted: readonly WantedRate[]): Promise<(Rate | null)[]> {
    const rows = await sql.query<InForceRow>(inForce, [
      wanted.map(({ provider }) => provider),
      wanted.map(({ model }) => model),
      // The driver writes Dates in local time, and slowly.
      wanted.map(({ at }) => at.toISOString()),
    ]);
    return wanted.map(({ provider, model }, place) => {
      const row = rows[place];
      const terms = row ? termsOf(row) : null;
      if (!terms || !row?.version || row.effective_from === null) return null;
      const { version, effective_from } = row;
      return { provider, model, version, effectiveFrom: new Date(effective_from), ...terms };
    });
  }

  /** The rates in force at an instant, in the order of provider and model. */
  async card(sql: Sql, { at, after, limit }: CardPage): Promise<Rate[]> {
    const { provider, model } = after ?? beforeAllModels;
    const rows = await sql.query<VersionRow>(card, [at, provider, model, limit]);
    return rows.map((row) => rateOf(versionOf(row))).filter((rate) => rate !== null);
  }

  /** Newest first. */
  async versions(sql: Sql, { provider, model, before, limit }: VersionsPage): Promise<RateVersion[]> {
    const rows = await sql.query<VersionRow>(versions, [provider, model, before, limit]);
    return rows.map(versionOf);
  }
}

const versionOf = (row: VersionRow): RateVersion => ({
  provider: row.provider,
  model: row.model,
  version: row.version,
  effectiveFrom: new Date(row.effective_from),
  terms: termsOf(row),
  note: row.note,
  setBy: row.set_by,
  createdAt: new Date(row.created_at),
});

/** The database has all three or none. */
const termsOf = ({ input_price, output_price, markup_ppm }: TermsRow): RateTerms | null =>
  input_price === null || output_price === null || markup_ppm === null
    ? null
    : {
        inputPrice: BigInt(input_price),
        outputPrice: BigInt(output_price),
        markup: BigInt(markup_ppm),
      };
