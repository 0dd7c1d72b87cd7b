import type { Benchmark } from '../benchmark.js';
import { hotDebit } from './hot-debit.js';
import { spreadDebit } from './spread-debit.js';
import { webhooks } from './webhooks.js';

export const benchmarks: readonly Benchmark[] = [hotDebit, spreadDebit, webhooks];
