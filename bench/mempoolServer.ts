import { parentPort } from 'node:worker_threads';
import { startEsploraServer } from '../test/support/esploraServer.ts';
import {
  type Coin,
  createSyntheticChain,
  syntheticAddress,
} from '../test/support/syntheticChain.ts';

/**
 * The server of the benchmark, in a thread of its own: 1,000 addresses as custodians have them, most
 * of them small. It sends what the reading needs and what it must come to, then, whenever it is asked,
 * the number of requests so far.
 */
const latencyMs = 50;

/** How many addresses there are with how many transactions each. */
const sizes: readonly (readonly [addresses: number, transactions: number])[] = [
  [100, 0],
  [700, 4],
  [150, 40],
  [50, 120],
];

const chain = createSyntheticChain();
const outside = syntheticAddress('outside');
const scripts = sizes.flatMap(([addresses, transactions]) =>
  Array.from({ length: addresses }, (_, index) => {
    const address = syntheticAddress(`${transactions} ${index}`);
    receiveAndSpend(address, transactions);
    return address;
  }),
);

/** Three deposits, then a payment out of one of them, and so on; two blocks per address. */
function receiveAndSpend(to: typeof outside, transactions: number): void {
  const coins: Coin[] = [];
  for (let count = 1; count <= transactions; count++) {
    const coin = count % 4 === 0 ? coins.shift() : undefined;
    if (coin) chain.send({ from: [coin], to: [{ to: outside, sats: 90_000n }] });
    else coins.push(chain.send({ to: [{ to, sats: 100_000n }] }).coin(0));
    if (count === transactions >> 1) chain.mine();
  }
  if (transactions > 0) chain.mine();
}

const held = sizes.reduce(
  (sum, [addresses, transactions]) => sum + BigInt(addresses * (transactions / 2)) * 100_000n,
  0n,
);
chain.mine(6);
const server = await startEsploraServer({ readView: chain.readView, latencyMs });
parentPort?.on('message', () => parentPort?.postMessage(server.requests.length));
parentPort?.postMessage({
  apiUrl: server.apiUrl,
  point: chain.point(chain.height - 5),
  scripts,
  held,
  latencyMs,
});
