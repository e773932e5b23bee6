/**
 * Obtains what the tests need from registries, before they run (`npm test` does so by itself): bitcoind,
 * and the releases of Node.js that the package is run on. All of it is kept in `.cache/`.
 */
import { fetchNode, oldestNode, tooOldNode } from '../devnet/fetchNode.ts';
import { locateBitcoind } from '../devnet/locateBitcoind.ts';

const report = (line: string): void => {
  process.stderr.write(`assay: ${line}\n`);
};

await locateBitcoind(report);
for (const release of [oldestNode, tooOldNode]) await fetchNode(release, report);
