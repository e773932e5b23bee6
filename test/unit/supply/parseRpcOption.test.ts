import { describe, expect, it } from 'vitest';
import { parseRpcOption } from '../../../src/supply/parseRpcOption.ts';

describe('parseRpcOption', () => {
  it('reads chain, URL and operator', () => {
    expect(parseRpcOption('eip155:1=https://eth.example/v1/KEY?x=1#operator=ex%20ample')).toEqual({
      chain: 'eip155:1',
      kind: 'evm',
      protocol: 'http',
      url: 'https://eth.example/v1/KEY?x=1',
      source: { id: 'https://eth.example', operator: 'ex ample', kind: 'evm' },
    });
  });

  it('takes the host name for the operator, without the port', () => {
    expect(parseRpcOption('eip155:31337=http://127.0.0.1:8545').source).toEqual({
      id: 'http://127.0.0.1:8545',
      operator: '127.0.0.1',
      kind: 'evm',
    });
  });

  it('shows neither path, query, user nor password in the id', () => {
    const { source, url } = parseRpcOption(
      'eip155:1=https://user:pass@eth.example:8443/KEY?key=KEY',
    );
    expect(source.id).toBe('https://eth.example:8443');
    expect(url).toBe('https://user:pass@eth.example:8443/KEY?key=KEY');
  });

  it('reads a server of Sui that is asked by gRPC', () => {
    expect(
      parseRpcOption('sui:mainnet=GRPC+https://u:p@fullnode.mainnet.sui.io:443#operator=mysten'),
    ).toEqual({
      chain: 'sui:mainnet',
      kind: 'sui',
      protocol: 'grpc',
      url: 'https://u:p@fullnode.mainnet.sui.io/',
      source: { id: 'grpc+https://fullnode.mainnet.sui.io', operator: 'mysten', kind: 'sui' },
    });
    expect(parseRpcOption('sui:mainnet=grpc+http://127.0.0.1:9000')).toMatchObject({
      protocol: 'grpc',
      url: 'http://127.0.0.1:9000/',
      source: { id: 'grpc+http://127.0.0.1:9000', operator: '127.0.0.1' },
    });
    expect(parseRpcOption('sui:mainnet=https://sui.example/graphql').protocol).toBe('http');
  });

  it('says where gRPC is not spoken', () => {
    expect(() => parseRpcOption('aptos:1=grpc+https://aptos.example/SECRET')).toThrow(
      'the RPC URL of aptos:1 begins with grpc+, which assay speaks with Sui alone',
    );
  });

  it.each([
    ['no chain', 'https://eth.example/?a=SECRET', 'SOURCE_URL_INVALID'],
    ['no URL', 'eip155:1', 'SOURCE_URL_INVALID'],
    ['an empty URL', 'eip155:1=', 'SOURCE_URL_INVALID'],
    ['no scheme', 'eip155:1=eth.example/SECRET', 'SOURCE_URL_INVALID'],
    ['no host', 'eip155:1=https://', 'SOURCE_URL_INVALID'],
    ['a bad port', 'eip155:1=https://eth.example:SECRET/', 'SOURCE_URL_INVALID'],
    ['a password badly encoded', 'eip155:1=https://u:%SECRET@eth.example', 'SOURCE_URL_INVALID'],
    ['another fragment', 'eip155:1=https://eth.example#SECRET', 'SOURCE_URL_INVALID'],
    ['an empty operator', 'eip155:1=https://eth.example#operator=%20', 'SOURCE_URL_INVALID'],
    ['an operator badly encoded', 'eip155:1=https://e.example#operator=%x', 'SOURCE_URL_INVALID'],
    ['an unprintable operator', 'eip155:1=https://e.example#operator=%00', 'SOURCE_URL_INVALID'],
    ['a web socket', 'eip155:1=wss://eth.example/SECRET', 'SOURCE_SCHEME_UNKNOWN'],
    ['a scheme of the Bitcoin sources', 'eip155:1=core+http://a:SECRET@b', 'SOURCE_SCHEME_UNKNOWN'],
    ['gRPC elsewhere', 'eip155:1=grpc+https://eth.example/SECRET', 'SOURCE_SCHEME_UNKNOWN'],
    ['gRPC over what is no HTTP', 'sui:mainnet=grpc+tcp://sui.example', 'SOURCE_SCHEME_UNKNOWN'],
    ['gRPC without more', 'sui:mainnet=grpc://sui.example/SECRET', 'SOURCE_SCHEME_UNKNOWN'],
    ['gRPC with a query', 'sui:mainnet=grpc+https://sui.example?k=SECRET', 'SOURCE_URL_INVALID'],
    ['a file', 'eip155:1=file:///SECRET', 'SOURCE_SCHEME_UNKNOWN'],
    ['a name for a chain', 'ethereum=https://eth.example/SECRET', 'CHAIN_ID_INVALID'],
    ['a chain without EVM', 'solana:5eykt4=https://sol.example/SECRET', 'CHAIN_ID_INVALID'],
    ['a chain id in hex', 'eip155:0x1=https://eth.example/SECRET', 'CHAIN_ID_INVALID'],
    ['a chain id with a zero before it', 'eip155:01=https://eth.example', 'CHAIN_ID_INVALID'],
  ])('refuses %s, without quoting the URL', (_, text, code) => {
    const parse = () => parseRpcOption(text);
    expect(parse).toThrow(expect.objectContaining({ code }));
    expect(parse).not.toThrow(/SECRET/);
  });
});
