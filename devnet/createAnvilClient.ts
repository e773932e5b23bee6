import { createTestClient, defineChain, http, publicActions, walletActions } from 'viem';

/** A viem client for a development chain: reading, writing and anvil's own methods. */
export type AnvilClient = ReturnType<typeof createAnvilClient>;

/** Makes a viem client for the anvil at `url`. It does not retry: a dead node is an error at once. */
export function createAnvilClient(url: string, chainId: number) {
  return createTestClient({
    mode: 'anvil',
    chain: defineChain({
      id: chainId,
      name: `anvil ${chainId}`,
      nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
      rpcUrls: { default: { http: [url] } },
    }),
    transport: http(url, { retryCount: 0, timeout: 120_000 }),
    cacheTime: 0,
    pollingInterval: 20,
  })
    .extend(publicActions)
    .extend(walletActions);
}
