import { describe, expect, it } from 'vitest';
import { parseBitcoinSourceUrl } from '../../../src/bitcoin/parseBitcoinSourceUrl.ts';
import { rejection, rejectionCode } from '../../support/rejection.ts';

describe('parseBitcoinSourceUrl', () => {
  it('reads user and password of a core source and keeps them out of its id', () => {
    expect(parseBitcoinSourceUrl('core+http://user:pass@127.0.0.1:8332')).toEqual({
      kind: 'core',
      source: { id: 'core+http://127.0.0.1:8332', operator: '127.0.0.1', kind: 'core' },
      baseUrl: 'http://127.0.0.1:8332',
      auth: { kind: 'password', user: 'user', password: 'pass' },
    });
  });

  it('decodes percent-encoded credentials', () => {
    const { auth } = parseBitcoinSourceUrl('core+https://a%3Ab:p%40%2F%23%25@node.example/rpc/');
    expect(auth).toEqual({ kind: 'password', user: 'a:b', password: 'p@/#%' });
  });

  it('reads the cookie file of a core source', () => {
    const url = parseBitcoinSourceUrl('core+http://localhost:8332?cookie=/home/me/a%20b/.cookie');
    expect(url.auth).toEqual({ kind: 'cookie', file: '/home/me/a b/.cookie' });
    expect(url.source.id).toBe('core+http://localhost:8332');
  });

  it('reads a mempool source with a path, and no credentials', () => {
    expect(parseBitcoinSourceUrl('mempool+https://mempool.space/testnet4/')).toEqual({
      kind: 'mempool',
      source: {
        id: 'mempool+https://mempool.space/testnet4',
        operator: 'mempool.space',
        kind: 'mempool',
      },
      baseUrl: 'https://mempool.space/testnet4',
      auth: { kind: 'none' },
    });
  });

  it('takes the operator from the fragment', () => {
    const url = parseBitcoinSourceUrl('core+http://10.0.0.7:8332#operator=Treasury%20desk');
    expect(url.source.operator).toBe('Treasury desk');
    expect(url.source.id).toBe('core+http://10.0.0.7:8332');
  });

  it('takes two ports of one host for one operator', () => {
    const operators = ['core+http://h:1', 'mempool+http://h:2'].map(
      (text) => parseBitcoinSourceUrl(text).source.operator,
    );
    expect(operators).toEqual(['h', 'h']);
  });

  it.each([
    'http://127.0.0.1:8332',
    'electrum+tcp://host:50001',
    'core://host',
    'core+ftp://host',
    'core+http+http://host',
    'esplora+https://blockstream.info/api',
  ])('refuses %s: no known kind', async (text) => {
    expect(await rejectionCode(() => parseBitcoinSourceUrl(text))).toBe('SOURCE_SCHEME_UNKNOWN');
  });

  it.each([
    '',
    'mempool.space',
    'core+http://',
    'core+http://host:99999',
    'core+http://user:%zz@host',
    'core+http://host#name=me',
    'core+http://host#operator=',
    'core+http://host#operator=%00',
    'core+http://host?wallet=x',
    'core+http://host?cookie=',
    'core+http://host?cookie=a&cookie=b',
    'core+http://user:pass@host?cookie=a',
    'mempool+http://host?cookie=a',
  ])('refuses %j: no valid source URL', async (text) => {
    expect(await rejectionCode(() => parseBitcoinSourceUrl(text))).toBe('SOURCE_URL_INVALID');
  });

  it.each([
    'core+http://user:hunter2/x@host',
    'core+http://user:hunter2#x@host',
    'core+http://user:hunter2?x@host',
    'core+http://user:8332/hunter2@host',
  ])('does not show a password that was not encoded: %s', async (text) => {
    const { code, message, facts, fix } = await rejection(() => parseBitcoinSourceUrl(text));
    expect(code).toBe('SOURCE_URL_INVALID');
    expect(JSON.stringify({ message, facts, fix })).not.toContain('hunter2');
  });
});
