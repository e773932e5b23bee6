import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { inProject } from './projectFolder.ts';
import { runProgram } from './runProgram.ts';

/** A release of Node.js, and the SHA-512 of the npm package that holds its binary, by platform. */
export interface NodeRelease {
  readonly version: string;
  readonly integrity: Readonly<Record<string, string>>;
}

/** The oldest Node.js that assay runs on: what `engines` in package.json says. */
export const oldestNode: NodeRelease = {
  version: '22.18.0',
  integrity: {
    'linux-x64':
      'sha512-ZPIlJmsQkDY/Q+VeDIuNTphYIPHYwV4T2lF7lfkmW0gFFkohycbGQYm25yhJ/Gz42eFD2wF5zwAzs9yPRAwbhg==',
    'linux-arm64':
      'sha512-G2s2MDAFBM2p2SCpdKDu74PpThBwzsrA9tWMn6eVfYy+k0jYhh7MIC6gK3liNC2jLCfMayrqswNwbTsrboaTVg==',
  },
};

/** One that is far too old, and only has to be told so. */
export const tooOldNode: NodeRelease = {
  version: '12.22.12',
  integrity: {
    'linux-x64':
      'sha512-Js5l9fOJQHPnRXFTxYWSE2Kg7gZ7Wk2jZoNIQvRIaxu4Xq5G9Jphzzjc78fojANnRIsT4VoUyZiycxtnK1yM4w==',
  },
};

/**
 * The binary of a release, in the project's cache: it is fetched from the npm registry if it is not
 * there yet (25 to 50 MB), held against its digest, and moved into place whole.
 *
 * @throws Error where the release is not known for this platform, cannot be fetched, is another than
 * expected, or does not run here
 */
export async function fetchNode(
  { version, integrity }: NodeRelease,
  report: (line: string) => void,
): Promise<string> {
  const platform = `${process.platform}-${process.arch}`;
  const folder = inProject('.cache', 'node', `${version}-${platform}`);
  const binary = join(folder, 'bin', 'node');
  if (existsSync(binary)) return binary;
  const expected = integrity[platform];
  if (expected === undefined) {
    throw new Error(`devnet/fetchNode.ts knows no Node.js ${version} for ${platform}`);
  }
  report(`fetching Node.js ${version} (npm, node-${platform})`);
  await mkdir(inProject('.cache', 'node'), { recursive: true });
  const work = await mkdtemp(`${folder}.part-`);
  try {
    await runProgram({ file: 'npm', args: ['pack', '--silent'] }, [`node-${platform}@${version}`], {
      cwd: work,
    });
    const archive = join(work, `node-${platform}-${version}.tgz`);
    const digest = createHash('sha512')
      .update(await readFile(archive))
      .digest('base64');
    if (`sha512-${digest}` !== expected) throw new Error(`${archive} is not what was expected`);
    await runProgram({ file: 'tar', args: ['-xzf', archive, '-C', work] }, []);
    const said = await runProgram({ file: join(work, 'package/bin/node'), args: [] }, [
      '--version',
    ]);
    if (said.trim() !== `v${version}`) throw new Error(`Node.js ${version} says it is ${said}`);
    await rename(join(work, 'package'), folder).catch((error: unknown) => {
      // Someone else was faster: theirs is as good.
      if (!existsSync(binary)) throw error;
    });
    return binary;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
