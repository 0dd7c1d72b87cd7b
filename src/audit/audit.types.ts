import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from '../graphql/enum.js';
import type { AccountAuditReport } from './account-audit.js';
import { type Finding, type FindingKind, findingKinds, maxFindingsPerAccount } from './finding.js';
import { maxAuditedRowsPerAccount } from './limits.js';

export const AuditFindingKindEnum = enumOf(findingKinds);
registerEnumType(AuditFindingKindEnum, {
  name: 'AuditFindingKind',
  description: 'What is not as the journal says.',
  valuesConfig: {
    OPERATION_MISSING: { description: 'Numbers are missing between two operations, or before the first.' },
    OPERATION_MISPLACED: { description: 'An operation lies before one of a lower number, or its time does.' },
    OPERATION_DIFFERS: { description: 'The balance after an operation is not what its transfers come to.' },
    HASH_DIFFERS: {
      description: 'An operation, or the one before it, is not what it was when it was booked.',
    },
    TRANSFER_MALFORMED: {
      description: 'A transfer moves nothing, or is not numbered or dated like its operation.',
    },
    TRANSFER_WITHOUT_OPERATION: { description: 'A transfer belongs to no operation.' },
    BALANCE_MISSING: { description: 'The account has no balance.' },
    BALANCE_DIFFERS: { description: 'The balance is not what the last operation, or the lots, say.' },
    LOT_MISSING: { description: 'Transfers name a lot that is not there.' },
    LOT_DIFFERS: { description: 'A lot is not what was granted, or has not in it what transfers left.' },
    LOT_WITHOUT_GRANT: { description: 'No operation granted a lot.' },
    HOLD_MISSING: { description: 'Operations name a hold that is not there.' },
    HOLD_DIFFERS: { description: 'A hold is not what its operations come to.' },
    HOLD_WITHOUT_OPERATION: { description: 'No operation opened a hold.' },
    USAGE_DIFFERS: { description: 'Usage summed up by the hour is not what its operations come to.' },
    NOT_CHECKED: { description: 'The check broke off; `found` says why.' },
  },
});

@ObjectType('AuditFinding', { description: 'One thing that is not as the journal says.' })
export class AuditFindingType {
  @Field(() => AuditFindingKindEnum, { description: 'What kind of thing.' })
  readonly kind: FindingKind;

  @Field(() => String, { description: 'What it is about, e.g. "operation 12 availableAfter".' })
  readonly subject: string;

  @Field(() => String, { description: 'What it should be. Amounts are micro-credits or minor units.' })
  readonly expected: string;

  @Field(() => String, { description: 'What it is.' })
  readonly found: string;

  constructor({ kind, subject, expected, found }: Finding) {
    this.kind = kind;
    this.subject = subject;
    this.expected = expected;
    this.found = found;
  }
}

@ObjectType('AccountAudit', { description: 'What came of recomputing the books of one account.' })
export class AccountAuditType {
  @Field(() => ID, { description: 'The account.' })
  readonly accountId: string;

  @Field(() => Boolean, { description: 'Whether it was checked to the end and nothing differs.' })
  readonly sound: boolean;

  @Field(() => Boolean, {
    description: `Whether it has more than ${maxAuditedRowsPerAccount} operations, transfers, holds and lots, and was checked only as far as that: the command line audits it, by \`npm run cli -- audit --account ID\`.`,
  })
  readonly tooLarge: boolean;

  @Field(() => Boolean, {
    description: 'Whether its first operations are in months that were detached, and were not checked.',
  })
  readonly beginsDetached: boolean;

  @Field(() => Int, { description: 'How many operations were checked.' })
  readonly operations: number;

  @Field(() => Int, { description: 'How many transfers were checked.' })
  readonly transfers: number;

  @Field(() => Int, { description: 'How many things differ.' })
  readonly findingCount: number;

  @Field(() => [AuditFindingType], { description: `The first ${maxFindingsPerAccount} of them.` })
  readonly findings: readonly AuditFindingType[];

  constructor(report: AccountAuditReport) {
    this.accountId = report.accountId;
    this.sound = report.isComplete && report.findingsCount === 0;
    this.tooLarge = !report.isComplete;
    this.beginsDetached = report.beginsDetached;
    this.operations = report.operations;
    this.transfers = report.transfers;
    this.findingCount = report.findingsCount;
    this.findings = report.findings.map((finding) => new AuditFindingType(finding));
  }
}
