import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const run = promisify(execFile);
const root = process.cwd();

/** A project of one small page, built by the project's own script. */
describe('the web build', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'web-build-'));
    await cp(join(root, 'scripts'), join(folder, 'scripts'), { recursive: true });
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    await mkdir(join(folder, 'web/playground'), { recursive: true });
    await writeFile(join(folder, 'package-lock.json'), '{}');
    await writeFile(
      inPage('vite.config.mjs'),
      `export default { root: import.meta.dirname, logLevel: 'warn' };`,
    );
    await writeFile(inPage('index.html'), '<!doctype html><script type="module" src="./page.js"></script>');
    await writePage('first');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const inPage = (name: string) => join(folder, 'web/playground', name);
  const writePage = (text: string) => writeFile(inPage('page.js'), `document.title = '${text}';`);
  const build = () => run(process.execPath, ['scripts/build-web.mjs'], { cwd: folder });
  const built = join('dist', 'web', 'playground');

  async function scriptOfPage(): Promise<string> {
    const [name = ''] = await readdir(join(folder, built, 'assets'));
    return readFile(join(folder, built, 'assets', name), 'utf8');
  }

  it('builds, and then leaves what is up to date', async () => {
    await expect(build()).resolves.toMatchObject({
      stderr: '',
      stdout: expect.stringMatching(/built .* in /),
    });
    expect(await scriptOfPage()).toContain('first');
    const before = await stat(join(folder, built));
    await expect(build()).resolves.toMatchObject({ stdout: 'web: playground is up to date.\n' });
    expect((await stat(join(folder, built))).ino).toBe(before.ino);
  });

  it('builds again when a source or a package version changed', async () => {
    await build();
    await writePage('second');
    await build();
    expect(await scriptOfPage()).toContain('second');
    await writeFile(join(folder, 'package-lock.json'), '{ "packages": {} }');
    await expect(build()).resolves.toMatchObject({ stdout: expect.stringContaining('built') });
  });

  it('builds again when an output was lost', async () => {
    await build();
    await rm(join(folder, built, 'assets'), { recursive: true });
    await build();
    expect(await scriptOfPage()).toContain('first');
  });

  it('fails loudly, keeps the last good build, and tries again the next time', async () => {
    await build();
    await writeFile(inPage('page.js'), 'const = ;');
    const failure = { code: 1, stderr: expect.stringContaining('building playground failed') };
    await expect(build()).rejects.toMatchObject(failure);
    expect(await scriptOfPage()).toContain('first');
    expect(await readdir(join(folder, 'dist/web'))).toEqual(['.playground.json', 'playground']);
    await expect(build()).rejects.toMatchObject(failure);
    await writePage('mended');
    await build();
    expect(await scriptOfPage()).toContain('mended');
  });
});
