import { z } from 'zod';
import { type Bitcoind, startBitcoind } from '../../devnet/startBitcoind.ts';

/** Another node with the blocks of the first, up to a height. */
export async function startFollower(leader: Bitcoind, height: number): Promise<Bitcoind> {
  const heights = Array.from({ length: height }, (_, index) => index + 1);
  const hashes = await leader.batch(
    heights.map((one) => ({ method: 'getblockhash', params: [one] })),
  );
  const blocks = z
    .array(z.string())
    .parse(await leader.batch(hashes.map((hash) => ({ method: 'getblock', params: [hash, 0] }))));
  const follower = await startBitcoind({});
  try {
    await follower.batch(blocks.map((block) => ({ method: 'submitblock', params: [block] })));
    const reached = await follower.rpc('getblockcount');
    if (reached !== height) throw new Error(`the follower stands at ${reached}, not at ${height}`);
    return follower;
  } catch (error) {
    await follower.stop();
    throw error;
  }
}
