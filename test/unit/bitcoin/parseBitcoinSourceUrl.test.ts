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

  it('reads an esplora source, whose URL is the API itself', () => {
    expect(
      parseBitcoinSourceUrl('esplora+https://blockstream.info/api#operator=Blockstream'),
    ).toEqual({
      kind: 'esplora',
      source: {
        id: 'esplora+https://blockstream.info/api',
        operator: 'Blockstream',
        kind: 'esplora',
      },
      baseUrl: 'https://blockstream.info/api',
      auth: { kind: 'none' },
    });
  });

  it('reads an electrum source, with the certificate to accept', () => {
    expect(parseBitcoinSourceUrl('electrum+tcp://Node.Example:50001/')).toEqual({
      kind: 'electrum',
      source: {
        id: 'electrum+tcp://node.example:50001',
        operator: 'node.example',
        kind: 'electrum',
      },
      baseUrl: 'tcp://node.example:50001',
      auth: { kind: 'none' },
    });
    const fingerprint = Array.from({ length: 32 }, () => 'AB').join(':');
    const url = parseBitcoinSourceUrl(
      `electrum+tls://[::1]:50002?fingerprint=sha256:${fingerprint}#operator=me`,
    );
    expect(url.fingerprint).toBe('ab'.repeat(32));
    expect(url.baseUrl).toBe('tls://[::1]:50002');
    expect(url.source).toEqual({
      id: 'electrum+tls://[::1]:50002',
      operator: 'me',
      kind: 'electrum',
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
    'electrum+http://host:50001',
    'electrum+ssl://host:50002',
    'esplora+tcp://host',
    'core+tls://host',
    'core://host',
    'core+ftp://host',
    'core+http+http://host',
    'esplorer+https://blockstream.info/api',
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
    'esplora+http://host?cookie=a',
    'electrum+tcp://',
    'electrum+tcp://host/path',
    'electrum+tcp://user:pass@host:50001',
    'electrum+tls://host?cookie=a',
    `electrum+tcp://host?fingerprint=sha256:${'0'.repeat(64)}`,
    `electrum+tls://host?fingerprint=${'0'.repeat(64)}`,
    'electrum+tls://host?fingerprint=sha256:00',
    `electrum+tls://host?fingerprint=sha256:${'0'.repeat(64)}&fingerprint=sha256:${'1'.repeat(64)}`,
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
