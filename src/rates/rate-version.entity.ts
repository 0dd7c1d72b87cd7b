import { BigIntType } from '@mikro-orm/core';
import { Check, Entity, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/**
 * One edit of the rate card. Append-only: a trigger refuses UPDATE, DELETE and TRUNCATE. A version that retires
 * its model has neither prices nor a markup.
 */
@Entity({ tableName: 'rate_versions' })
@Check({ name: 'rate_versions_provider_check', expression: "provider ~ '^[a-z0-9][a-z0-9._-]{0,63}$'" })
@Check({
  name: 'rate_versions_model_check',
  expression: "model ~ '^[A-Za-z0-9@][A-Za-z0-9@._:/+-]{0,199}$'",
})
@Check({ name: 'rate_versions_version_check', expression: 'version > 0' })
@Check({
  name: 'rate_versions_input_price_check',
  expression: 'input_price >= 0 and input_price <= 1000000000000000000',
})
@Check({
  name: 'rate_versions_output_price_check',
  expression: 'output_price >= 0 and output_price <= 1000000000000000000',
})
@Check({ name: 'rate_versions_markup_check', expression: 'markup_ppm >= 0 and markup_ppm <= 10000000' })
@Check({
  name: 'rate_versions_terms_check',
  expression: 'num_nulls(input_price, output_price, markup_ppm) in (0, 3)',
})
@Check({ name: 'rate_versions_effective_check', expression: 'effective_from >= created_at' })
@Index({
  name: 'rate_versions_in_force',
  expression:
    'create index rate_versions_in_force on rate_versions (provider, model, effective_from desc, version desc)',
})
export class RateVersionRow {
  @PrimaryKey({ type: 'text' })
  provider!: string;

  @PrimaryKey({ type: 'text' })
  model!: string;

  /** 1, 2, 3 … without gaps, in the order of commits. */
  @PrimaryKey({ type: 'integer' })
  version!: number;

  /** Pico-credits per 1,000 tokens, as is the next. */
  @Property({ type: new BigIntType('bigint'), nullable: true })
  inputPrice!: bigint | null;

  @Property({ type: new BigIntType('bigint'), nullable: true })
  outputPrice!: bigint | null;

  /** Parts per million. */
  @Property({ type: 'integer', nullable: true })
  markupPpm!: number | null;

  @Property({ type: 'datetime', columnType: 'timestamptz' })
  effectiveFrom!: Date;

  @Property({ type: 'text', nullable: true })
  note!: string | null;

  /** The API key it was set with. */
  @Property({ type: 'uuid' })
  setBy!: string;

  @Property({ type: 'datetime', columnType: 'timestamptz' })
  createdAt!: Date;
}
