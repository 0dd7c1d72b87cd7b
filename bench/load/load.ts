import type { Run } from '../measure/run.js';
import { Assistant } from '../processes/assistant.js';
import type { LoadTask } from './generator.js';

/** The one process that sends all HTTP requests, so that subjects and baselines meet the same. */
export type Load = Assistant<LoadTask, Run>;

export const startLoad = (directory: string): Load =>
  Assistant.start<LoadTask, Run>({ name: 'load', entry: '../load/generator.js', env: {}, directory });
