import { Migration20261123000000_initial } from './Migration20261123000000_initial.js';
import { Migration20261123000100_credit_packages } from './Migration20261123000100_credit_packages.js';
import { Migration20261125000000_journal_by_month } from './Migration20261125000000_journal_by_month.js';
import { Migration20261125000100_holds_and_lots } from './Migration20261125000100_holds_and_lots.js';
import { Migration20261125000200_rate_cards } from './Migration20261125000200_rate_cards.js';
import { Migration20261126000100_disputes } from './Migration20261126000100_disputes.js';
import { Migration20261126000200_inbox } from './Migration20261126000200_inbox.js';
import { Migration20261126000300_reconciliation } from './Migration20261126000300_reconciliation.js';
import { Migration20261126000500_audit_log } from './Migration20261126000500_audit_log.js';
import { Migration20261126000600_rate_limits } from './Migration20261126000600_rate_limits.js';
import { Migration20261126000650_disputed_credits } from './Migration20261126000650_disputed_credits.js';
import { Migration20261126000700_fraud_warnings } from './Migration20261126000700_fraud_warnings.js';
import { Migration20261126000800_reconciled_disputes } from './Migration20261126000800_reconciled_disputes.js';
import { Migration20261127000000_usage_hours } from './Migration20261127000000_usage_hours.js';
import { Migration20261127000100_former_customers } from './Migration20261127000100_former_customers.js';

/** In the order they run. Reviewed, forward-only: what has run somewhere is never edited. */
export const migrations = [
  Migration20261123000000_initial,
  Migration20261123000100_credit_packages,
  Migration20261125000000_journal_by_month,
  Migration20261125000100_holds_and_lots,
  Migration20261125000200_rate_cards,
  Migration20261126000100_disputes,
  Migration20261126000200_inbox,
  Migration20261126000300_reconciliation,
  Migration20261126000500_audit_log,
  Migration20261126000600_rate_limits,
  Migration20261126000650_disputed_credits,
  Migration20261126000700_fraud_warnings,
  Migration20261126000800_reconciled_disputes,
  Migration20261127000000_usage_hours,
  Migration20261127000100_former_customers,
];
