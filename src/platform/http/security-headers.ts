import type { RequestHandler } from 'express';
import helmet from 'helmet';

const hstsMaxAgeSeconds = 365 * 24 * 60 * 60;

/**
 * Helmet's headers, with a policy under which the bundled pages run and nothing foreign does. The
 * playground's editor (Monaco) starts its workers from blobs and writes its styles inline.
 * `https`: whether browsers reach us by https; the two headers that demand it are left out otherwise.
 * `connectTo`: origins besides ours that our pages may talk to.
 */
export function securityHeaders(https: boolean, connectTo: readonly string[]): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        scriptSrcAttr: ["'none'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'", ...connectTo],
        workerSrc: ["'self'", 'blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        ...(https ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    frameguard: { action: 'deny' },
    strictTransportSecurity: https ? { maxAge: hstsMaxAgeSeconds } : false,
  });
}
