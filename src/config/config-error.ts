import { StartupError } from '../platform/startup-error.js';

/** The environment does not make a usable configuration. The message lists every problem and holds no secret. */
export class ConfigError extends StartupError {
  override readonly name = 'ConfigError';

  /** @param problems each "VARIABLE: what is wrong with it" */
  constructor(readonly problems: readonly string[]) {
    super(
      [
        problems.length === 1
          ? 'The configuration has a problem:'
          : `The configuration has ${problems.length} problems:`,
        ...problems.map((problem) => `  ${problem}`),
        '.env.example explains every variable.',
      ].join('\n'),
    );
  }
}
