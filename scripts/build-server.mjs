/**
 * Compiles the server into dist, unless what is there was compiled from the same sources.
 * With --no-check, types are not checked: for tests, which run what is emitted, while somebody is still typing.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filesUnder, hashFiles, isBuilt, root, writeStamp } from './stamp.mjs';

const stampFile = join(root, 'dist', '.server.json');
const folders = ['src', 'migrations'];
const settings = ['tsconfig.json', 'tsconfig.build.json', 'package.json', 'package-lock.json'];

const sources = (await Promise.all(folders.map((folder) => filesUnder(join(root, folder))))).flat();
const inputs = [...sources, ...settings.map((name) => join(root, name)), fileURLToPath(import.meta.url)];
const hash = await hashFiles(inputs);
if (!(await isBuilt(stampFile, hash))) process.exitCode = await compile();

async function compile() {
  const checks = !process.argv.includes('--no-check');
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status } = spawnSync(
    process.execPath,
    [tsc, '-p', 'tsconfig.build.json', ...(checks ? [] : ['--noCheck'])],
    {
      cwd: root,
      stdio: 'inherit',
    },
  );
  if (status !== 0) return status ?? 1;
  if (!checks) return 0;
  const outputs = await Promise.all(folders.map((folder) => filesUnder(join(root, 'dist', folder))));
  await writeStamp(stampFile, hash, outputs.flat());
  return 0;
}
