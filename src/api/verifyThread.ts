import { parentPort } from 'node:worker_threads';
import { verifyBody } from './verifyBody.ts';
import { packError, type VerifyOutcome, type VerifyTask } from './verifyTask.ts';

// The entry of a thread: see `createVerifier`. One task at a time.
parentPort?.on('message', async ({ bytes, policy }: VerifyTask) => {
  parentPort?.postMessage(await runTask(bytes, policy));
});

async function runTask(
  bytes: VerifyTask['bytes'],
  policy: VerifyTask['policy'],
): Promise<VerifyOutcome> {
  try {
    return { verification: await verifyBody(bytes, policy) };
  } catch (thrown) {
    return packError(thrown);
  } finally {
    // Given back at once rather than when it is collected.
    bytes.buffer.transfer(0);
  }
}
