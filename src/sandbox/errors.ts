/** Why the sandbox could not start; `code` is for callers, `message` is fit to print as it is. */
export class SandboxError extends Error {
  readonly code: SandboxErrorCode;

  constructor(code: SandboxErrorCode, message: string) {
    super(message);
    this.name = 'SandboxError';
    this.code = code;
  }
}

export type SandboxErrorCode =
  | 'SANDBOX_IN_PRODUCTION'
  | 'SANDBOX_PORT_IN_USE'
  | 'SANDBOX_LISTEN_FAILED'
  | 'SANDBOX_DATA_DIR_NOT_WRITABLE'
  | 'SANDBOX_DATA_CORRUPT'
  | 'SANDBOX_BAD_OPTION'
  | 'SANDBOX_FLUSH_TIMEOUT';
