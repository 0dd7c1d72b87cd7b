import { Migration } from '@mikro-orm/migrations';

/** What is on sale from the first day: credits and price in US cents. */
const packages = [
  { credits: 100, cents: 10_00 },
  { credits: 500, cents: 45_00 },
  { credits: 1000, cents: 80_00 },
  { credits: 2000, cents: 150_00 },
  { credits: 5000, cents: 350_00 },
];

export class Migration20261123000100_credit_packages extends Migration {
  override up(): void {
    for (const { credits, cents } of packages) {
      const id = `credits_${credits}`;
      const name = `${credits.toLocaleString('en-US')} credits`;
      this.addSql(
        `insert into credit_packages (id, name, credits, active, created_at) values ('${id}', '${name}', ${credits}, true, now())`,
      );
      this.addSql(
        `insert into credit_package_prices (id, package_id, amount, currency, valid_from, valid_to)
         values (gen_random_uuid(), '${id}', ${cents}, 'USD', now(), null)`,
      );
    }
  }
}
