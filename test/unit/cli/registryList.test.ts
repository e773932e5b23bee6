import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { formatChains } from '../../../src/cli/output/formatChains.ts';
import { runCli } from '../../../src/cli/runCli.ts';
import { ChainId } from '../../../src/core/caip.ts';
import {
  buildRegistry,
  makeAssetFile,
  makeAssetFolder,
  makeDeployment,
} from '../../support/registryBuilder.ts';
import { createTestTerminal } from '../../support/testTerminal.ts';

const shipped = fileURLToPath(new URL('../../../addresses', import.meta.url));
const evm = '0x0555E30da8f98308EdB960aa94C0Db47230d2B9c';
const denom = `cosmos:osmosis-1/denom:ibc%2F${'0A'.repeat(32)}`;
const contract = '0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599';

async function run(...args: string[]) {
  const terminal = createTestTerminal();
  const exitCode = await runCli(['registry', ...args], '0', terminal);
  return { exitCode, out: terminal.out(), error: terminal.error() };
}

/** One asset of each reach: read by itself, with a server named, and not at all. */
async function buildMixed() {
  const canonical = [
    denom,
    `eip155:1/erc20:${contract}`,
    `eip155:31337/erc20:${evm}`,
    'stacks:1/sip10:SM3VDXK3WZZSA84XXFKAFAF15NNZX32CTSG82JFQ4.sbtc-token',
  ].map((token) => makeDeployment({ token }));
  const bridged = makeDeployment({ token: `eip155:8453/erc20:${evm}`, kind: 'bridged' });
  const deployments = canonical.toSpliced(3, 0, bridged);
  const asset = makeAssetFile('abtc', { deployments });
  return buildRegistry({ abtc: { ...makeAssetFolder('abtc'), 'asset.json': asset } });
}

describe('registry list', () => {
  it('names below each asset what is read, what wants a server, and what cannot be read', async () => {
    await using registry = await buildMixed();
    const { exitCode, out } = await run('list', '--registry', registry.directory);
    expect(exitCode).toBe(0);
    expect(out.split('\n').slice(1, 5)).toEqual([
      'abtc         ABTC      complete       3/4       1         1  -           -',
      '  reads        cosmos:osmosis-1, eip155:1',
      '  with --rpc   eip155:31337',
      '  cannot read  stacks:1/sip10',
    ]);
  });

  it('accounts for each canonical deployment that ships, in 80 columns', async () => {
    const { out } = await run('list', '--registry', shipped);
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(out).toContain('\ncannot read: assay has no source for such tokens;');
    const lines = out.split('\n');
    const at = lines.findIndex((line) => line.startsWith('xbtc '));
    expect(lines.slice(at + 1, at + 3)).toEqual([
      '  reads        aptos:1, eip155:196, solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp,',
      '               sui:mainnet',
    ]);
    expect(lines).toContain('  cannot read  stacks:1/sip10');
  });

  it('says the same of each deployment as JSON', async () => {
    await using registry = await buildMixed();
    const { out } = await run('list', '--json', '--registry', registry.directory);
    const Reach = z.object({ readable: z.boolean(), publicOperators: z.array(z.string()) });
    const Listed = z.object({ assets: z.tuple([z.object({ deployments: z.array(Reach) })]) });
    const { deployments } = Listed.parse(JSON.parse(out)).assets[0];
    expect(deployments).toEqual([
      { readable: true, publicOperators: ['osmosis', 'publicnode'] },
      { readable: true, publicOperators: ['paradigm', 'publicnode'] },
      { readable: true, publicOperators: [] },
      { readable: true, publicOperators: ['base', 'publicnode'] },
      { readable: false, publicOperators: [] },
    ]);
  });
});

describe('registry show', () => {
  it('shows each deployment with where it is read', async () => {
    await using registry = await buildMixed();
    const { exitCode, out } = await run('show', 'abtc', '--registry', registry.directory);
    expect(exitCode).toBe(0);
    expect(out).toBe(`abtc Asset abtc (ABTC), issued by Issuer
  Coverage    complete
  Custody     1 address on mainnet

Canonical deployments: 3 of 4 can be read
  ${denom.slice(0, 78)}
  ${denom.slice(78)}
    ABTC, 8 decimals
    is read from osmosis, publicnode
  eip155:1/erc20:${contract}
    ABTC, 8 decimals
    is read from paradigm, publicnode
  eip155:31337/erc20:${evm}
    ABTC, 8 decimals
    can be read with --rpc eip155:31337=URL: no public server is known
  stacks:1/sip10:SM3VDXK3WZZSA84XXFKAFAF15NNZX32CTSG82JFQ4.sbtc-token
    ABTC, 8 decimals
    cannot be read: no source for sip10 on stacks; the answer stays
    indeterminate

Bridged copies, read for --graph alone: 1 of 1 can be read
  eip155:8453/erc20:${evm}
    ABTC, 8 decimals, lockbox unknown
    is read from base, publicnode
`);
  });

  it('shows the lockboxes with what may be in flight there, and what is owed', async () => {
    const token = `eip155:1/erc20:${contract}`;
    const provenance = ['issuer'];
    const lock = `eip155:1:${evm}`;
    const lockboxes = {
      oft: {
        ...{ contract: lock, kind: 'oft-adapter', locks: token, provenance },
        policy: { toleranceUnits: '5000', durationSeconds: 3600 },
      },
    };
    const holder = '0x52908400098527886E0F7030069857D2E4169EE7';
    const exclude = [{ token, holder, reason: 'unissued', provenance }];
    const deployments = [makeDeployment({ token })];
    const asset = makeAssetFile('abtc', {
      ...{ deployments, lockboxes, liability: { exclude } },
    });
    await using registry = await buildRegistry({
      abtc: { ...makeAssetFolder('abtc'), 'asset.json': asset },
    });
    const { exitCode, out } = await run('show', 'abtc', '--registry', registry.directory);
    expect(exitCode).toBe(0);
    expect(out.slice(out.indexOf('\nLockboxes'))).toBe(`
Lockboxes: as much must lie there as is minted against it
  ${lock}
    oft, oft-adapter, in flight at most 5000 units for 3600 s

What is owed: the canonical supplies
  less what is held (unissued) by
    eip155:1:${holder}
`);
  });

  it('fits each asset that ships into 80 columns', async () => {
    for (const id of ['wbtc', 'xbtc', 'lbtc', 'solvbtc', 'sbtc', 'tbtc', 'rbtc']) {
      const { exitCode, out } = await run('show', id, '--registry', shipped);
      expect(exitCode).toBe(0);
      expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    }
  });

  it('gives the asset as JSON, and names what there is instead of one that is unknown', async () => {
    const { out } = await run('show', 'xbtc', '--json', '--registry', shipped);
    const Shown = z.object({
      id: z.string(),
      deployments: z.array(z.object({ chain: z.string(), readable: z.literal(true) })),
    });
    expect(Shown.parse(JSON.parse(out)).deployments.map(({ chain }) => chain)).toEqual([
      'aptos:1',
      'eip155:196',
      'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp',
      'sui:mainnet',
    ]);
    const unknown = await run('show', 'xbtcc', '--registry', shipped);
    expect(unknown.exitCode).toBe(3);
    expect(unknown.error).toContain('error ASSET_UNKNOWN');
    expect(unknown.error).toContain('xbtc');
  });
});

describe('formatChains', () => {
  it('groups chains by namespace, numbers by their value, each chain once', () => {
    const chains = ['eip155:8453', 'sui:mainnet', 'eip155:56', 'eip155:10', 'eip155:56'];
    expect(formatChains(chains.map(ChainId), 80)).toEqual(['eip155:10 56 8453, sui:mainnet']);
    expect(formatChains(chains.map(ChainId), 20)).toEqual(['eip155:10 56 8453,', 'sui:mainnet']);
    expect(formatChains([], 80)).toEqual([]);
  });
});
