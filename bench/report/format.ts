import type { Target } from '../benchmark.js';
import type { Summary } from '../measure/compare.js';
import type { Latency } from '../measure/latency.js';

const thousands = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** Three digits, or all before the point. */
export function significant(value: number): string {
  if (value >= 999.5) return thousands.format(value);
  return value.toPrecision(3);
}

export const ratioText = (ratio: number): string => `${ratio.toFixed(2)}×`;

export function targetText(target: Target): string {
  if (target === null) return '–';
  return 'atLeast' in target ? `≥ ${target.atLeast}×` : `≤ ${target.atMost}×`;
}

export const metText = (isMet: boolean | null): string => (isMet === null ? '–' : isMet ? 'yes' : 'no');

export const valueText = ({ value }: Summary, unit: string): string => `${significant(value)} ${unit}`;

/** p50 / p99 / p99.9. */
export const latencyText = (latency: Latency | null): string =>
  latency ? [latency.p50, latency.p99, latency.p999].map((ms) => significant(ms)).join(' / ') : '–';
