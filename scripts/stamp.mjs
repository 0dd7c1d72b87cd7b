import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Remembers what a build was made from, and what it made, so that an unchanged one is not repeated.
 * A stamp is a file with the hash of the inputs and the list of the outputs.
 */
export const root = fileURLToPath(new URL('..', import.meta.url));

export async function filesUnder(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name)).sort();
}

export async function hashFiles(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    const content = await readFile(file);
    hash.update(`${relative(root, file)} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

/** Whether the inputs are those of the last successful build and everything it made is still there. */
export async function isBuilt(stampFile, hash) {
  if (!existsSync(stampFile)) return false;
  const stamp = JSON.parse(await readFile(stampFile, 'utf8'));
  return stamp.hash === hash && stamp.outputs.every((file) => existsSync(join(root, file)));
}

export async function writeStamp(stampFile, hash, outputs) {
  await mkdir(dirname(stampFile), { recursive: true });
  await writeFile(stampFile, JSON.stringify({ hash, outputs: outputs.map((file) => relative(root, file)) }));
}
