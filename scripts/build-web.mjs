/**
 * Builds the web pages into dist/web, each by the Vite config in its folder of web/.
 * A page whose inputs are those of its last successful build is left as it is.
 */
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filesUnder, hashFiles, isBuilt, root, writeStamp } from './stamp.mjs';

const webOut = join(root, 'dist', 'web');
const pages = ['playground'];

/** Inputs that every page shares: the versions of all packages, and how pages are built. */
const sharedInputs = [join(root, 'package-lock.json'), fileURLToPath(import.meta.url)];

for (const page of pages) {
  try {
    await buildIfChanged(page);
  } catch (error) {
    console.error(`web: building ${page} failed.`);
    console.error(error);
    process.exitCode = 1;
  }
}

async function buildIfChanged(page) {
  const startedMs = performance.now();
  const source = join(root, 'web', page);
  const hash = await hashFiles([...sharedInputs, ...(await filesUnder(source))]);
  if (await isBuilt(stampOf(page), hash)) {
    console.log(`web: ${page} is up to date.`);
    return;
  }
  console.log(`web: building ${page}…`);
  await build(source, page);
  await writeStamp(stampOf(page), hash, await filesUnder(join(webOut, page)));
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`web: built dist/web/${page} in ${seconds} s.`);
}

/** Builds beside the page and then swaps, so that a failed build leaves the last good one, and none is served half. */
async function build(source, page) {
  const finished = join(webOut, page);
  const building = join(webOut, `.${page}-${process.pid}`);
  process.env.NODE_ENV = 'production';
  const vite = await import('vite');
  try {
    await vite.build({
      configFile: join(source, 'vite.config.mjs'),
      build: { outDir: building, emptyOutDir: true },
    });
    await rm(finished, { recursive: true, force: true });
    await rename(building, finished);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

/** Beside the page's folder, so that it is never served. */
function stampOf(page) {
  return join(webOut, `.${page}.json`);
}
