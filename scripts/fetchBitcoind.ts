/**
 * Makes sure that a bitcoind is there for tests, demo and benches, and prints how it is run:
 * `node scripts/fetchBitcoind.ts`. Progress goes to stderr.
 */
import { locateBitcoind } from '../devnet/locateBitcoind.ts';

try {
  const { version, origin, file, args } = await locateBitcoind();
  process.stdout.write(`${version}\n${origin}: ${[file, ...args].join(' ')}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
