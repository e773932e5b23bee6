import { parentPort } from 'node:worker_threads';
import { createElectrumChain } from '../test/support/electrumChain.ts';
import { startElectrumServer } from '../test/support/electrumServer.ts';
import { type Coin, syntheticAddress } from '../test/support/syntheticChain.ts';

/**
 * The server of the benchmark, in a thread of its own: 10,000 scripts as custodians have them, most of
 * them small, some of which moved after the block that is read. It sends what the reading needs and
 * what it must come to; each message then is answered with the requests since the one before.
 */
const latencyMs = 20;

/** How many scripts there are with how many unspent outputs each. */
const sizes: readonly (readonly [scripts: number, outputs: number])[] = [
  [1_000, 0],
  [8_000, 2],
  [900, 20],
  [100, 100],
];
const moving = 200;

const chain = createElectrumChain();
const outside = syntheticAddress('outside');
const groups = sizes.map(([count, outputs]) => ({
  outputs,
  scripts: Array.from({ length: count }, (_, index) => syntheticAddress(`${outputs} ${index}`)),
}));
const coins: Coin[] = [];
for (const { outputs, scripts } of groups) {
  for (let start = 0; start < scripts.length; start += 100) {
    const paid = scripts.slice(start, start + 100);
    for (let round = 0; round < outputs; round++) {
      const sent = chain.send({ to: paid.map((to) => ({ to, sats: 1_000n })) });
      coins.push(...paid.map((_, vout) => sent.coin(vout)));
    }
  }
  chain.mine();
}
const point = chain.point(chain.height);
for (const coin of coins.slice(0, moving)) {
  chain.send({ from: [coin], to: [{ to: outside, sats: 900n }] });
}
chain.mine(5);

const server = await startElectrumServer({ readView: chain.readView, latencyMs });
let sent = 0;
parentPort?.on('message', () => {
  const requests = server.requests.slice(sent);
  sent = server.requests.length;
  parentPort?.postMessage(requests);
});
parentPort?.postMessage({
  port: server.port,
  sourceUrl: server.sourceUrl,
  point,
  scripts: groups.flatMap(({ scripts }) => scripts),
  held: 1_000n * BigInt(coins.length),
});
