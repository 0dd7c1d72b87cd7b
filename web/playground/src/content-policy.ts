const loopbackOrigin = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\]):\d+$/;

/** The one server on this machine that a Content-Security-Policy lets the page connect to besides its own. */
export function loopbackServerIn(policy: string): string | null {
  const directives = policy.split(';').map((directive) => directive.trim().split(/\s+/));
  const [, ...sources] = directives.find(([name]) => name === 'connect-src') ?? [];
  return sources.find((source) => loopbackOrigin.test(source)) ?? null;
}
