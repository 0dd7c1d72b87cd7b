/**
 * Why the server cannot start, in words for the person who starts it: what is wrong and what to do about it.
 * It is shown without a stack trace and holds no secret.
 */
export class StartupError extends Error {
  override readonly name: string = 'StartupError';
}
