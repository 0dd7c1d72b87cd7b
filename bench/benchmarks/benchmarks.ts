import type { Benchmark } from '../benchmark.js';
import { balance } from './balance.js';
import { balanceHistory } from './balance-history.js';
import { growth } from './growth.js';
import { holdCapture } from './hold-capture.js';
import { hotDebit } from './hot-debit.js';
import { memory } from './memory.js';
import { spreadDebit } from './spread-debit.js';
import { webhooks } from './webhooks.js';

export const benchmarks: readonly Benchmark[] = [
  hotDebit,
  spreadDebit,
  holdCapture,
  webhooks,
  balance,
  balanceHistory,
  growth,
  memory,
];
