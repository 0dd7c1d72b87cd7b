import { defineConfig } from 'vite';

/** Monaco's core is one chunk of about 2.5 MB that cannot be split usefully; the default limit is 500 kB. */
const chunkSizeWarningLimitKilobytes = 4_000;

export default defineConfig({
  root: import.meta.dirname,
  base: '/playground/',
  logLevel: 'warn',
  worker: { format: 'es' },
  build: {
    target: 'baseline-widely-available',
    reportCompressedSize: false,
    chunkSizeWarningLimit: chunkSizeWarningLimitKilobytes,
    modulePreload: { polyfill: false },
    // Packages mark modules with "use client" and "use no memo", which mean nothing in a bundle.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
});
