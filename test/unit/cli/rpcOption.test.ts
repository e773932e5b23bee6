import { describe, expect, it } from 'vitest';
import { runCli } from '../../../src/cli/runCli.ts';
import { createTestTerminal } from '../../support/testTerminal.ts';

describe('--rpc', () => {
  it.each([
    'stacks:1',
    'sui:testnet',
    'aptos:2',
    'tron:0xcd8690dc',
    'solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1',
    'bip122:000000000019d6689c085ae165831e93',
    'eip155:01',
  ])('for %s, which assay cannot read, is bad input that names what can be read', async (chain) => {
    const terminal = createTestTerminal();
    const url = 'http://127.0.0.1:1/SECRET';
    const args = ['reconcile', 'xbtc', '--bitcoin', 'core+http://127.0.0.1:1'];
    const exitCode = await runCli([...args, '--rpc', `${chain}=${url}`], '0', terminal);
    expect({ exitCode, out: terminal.out() }).toEqual({ exitCode: 3, out: '' });
    const said = terminal.error().replace(/\s+/g, ' ');
    expect(said).toContain(
      `error CHAIN_ID_INVALID ${chain} is no chain whose tokens assay can read`,
    );
    expect(said).toContain('sui:mainnet, aptos:1, tron:0x2b6653dc or cosmos:osmosis-1');
    expect(said).not.toContain('SECRET');
  });
});
