import type { CommandWorld } from './commandWorld.ts';

/** A command line, with what has to come of it. */
export interface CommandCase {
  readonly args: readonly string[];
  readonly exitCode: number;
  /** The code of the error; left out where there is none. */
  readonly code?: string;
}

/** One good and one bad input. */
export interface CommandCases {
  readonly good: CommandCase;
  readonly bad: CommandCase;
}

/**
 * Every command but `help` and `serve`, which stand in the test itself. A good input leads to an answer
 * from real nodes or files; a bad one is what users get wrong.
 */
export function commandCases(world: CommandWorld): Readonly<Record<string, CommandCases>> {
  const { file, sources, bitcoin, signer, feed } = world;
  const registry = ['--registry', file('addresses')];
  const nowhere = ['--bitcoin', 'core+http://user:password@no-such-host.invalid:8332'];
  return {
    reconcile: {
      good: { args: ['reconcile', 'dbtc', ...registry, ...sources], exitCode: 0 },
      bad: {
        args: ['reconcile', 'dbtc', ...registry, ...sources, '--out', world.folder, '--force'],
        exitCode: 3,
        code: 'FILE_PROTECTED',
      },
    },
    verify: {
      good: {
        args: [
          ...['verify', file('signed.json'), '--signer', signer],
          ...['--evidence', file('signed.evidence')],
        ],
        exitCode: 0,
      },
      bad: { args: ['verify', world.folder], exitCode: 3, code: 'FILE_UNREADABLE' },
    },
    'registry check': {
      good: { args: ['registry', 'check', ...registry], exitCode: 0 },
      bad: {
        args: ['registry', 'check', '--registry', file('passphrase')],
        exitCode: 3,
        code: 'REGISTRY_NOT_FOUND',
      },
    },
    'registry list': {
      good: { args: ['registry', 'list'], exitCode: 0 },
      bad: {
        args: ['registry', 'list', '--registry', file('none')],
        exitCode: 3,
        code: 'REGISTRY_NOT_FOUND',
      },
    },
    'registry show': {
      good: { args: ['registry', 'show', 'wbtc'], exitCode: 0 },
      bad: { args: ['registry', 'show', 'none'], exitCode: 3, code: 'ASSET_UNKNOWN' },
    },
    'registry diff': {
      good: { args: ['registry', 'diff', file('addresses'), file('fewer')], exitCode: 0 },
      bad: {
        args: ['registry', 'diff', file('addresses'), 'no-such-revision'],
        exitCode: 3,
        code: 'REGISTRY_NOT_FOUND',
      },
    },
    'registry discover': {
      good: {
        args: ['registry', 'discover', 'dbtc', ...registry, '--url', `cbbtc-json=${feed}`],
        exitCode: 0,
      },
      bad: {
        args: ['registry', 'discover', 'dbtc', ...registry, '--url', 'cbbtc-json=nonsense'],
        exitCode: 3,
        code: 'SOURCE_URL_INVALID',
      },
    },
    'registry challenge': {
      good: { args: ['registry', 'challenge', 'signed', ...registry, ...bitcoin], exitCode: 0 },
      bad: {
        args: ['registry', 'challenge', 'signed', ...registry, ...nowhere],
        exitCode: 2,
        code: 'SOURCE_UNREACHABLE',
      },
    },
    'registry prove': {
      good: {
        args: [
          ...['registry', 'prove', 'signed', file('proofs.json'), ...registry],
          ...['--challenge', file('challenge.txt'), ...bitcoin],
        ],
        exitCode: 0,
      },
      bad: {
        args: [
          ...['registry', 'prove', 'signed', file('broken.json'), ...registry],
          ...['--challenge', file('challenge.txt')],
        ],
        exitCode: 3,
        code: 'CONTROL_PROOFS_MALFORMED',
      },
    },
    'headers sync': {
      good: {
        args: ['headers', 'sync', '--headers', 'headers.dat', '--network', 'regtest', ...bitcoin],
        exitCode: 0,
      },
      bad: {
        args: ['headers', 'sync', '--headers', 'none/headers.dat', ...bitcoin],
        exitCode: 3,
        code: 'FILE_UNREADABLE',
      },
    },
    'keys generate': {
      good: {
        args: [
          ...['keys', 'generate', '--keystore', 'key.json'],
          ...['--passphrase-file', file('passphrase')],
        ],
        exitCode: 0,
      },
      bad: {
        args: [
          ...['keys', 'generate', '--keystore', file('key.json')],
          ...['--passphrase-file', file('passphrase')],
        ],
        exitCode: 3,
        code: 'KEYSTORE_EXISTS',
      },
    },
    'keys show': {
      good: { args: ['keys', 'show', '--keystore', file('key.json')], exitCode: 0 },
      bad: {
        args: ['keys', 'show', '--keystore', file('broken.json')],
        exitCode: 3,
        code: 'SECRET_EXPOSED',
      },
    },
  };
}
