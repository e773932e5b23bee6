import { fork } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { signSample } from '../../support/attestations.ts';

const Answer = z.object({ code: z.string().optional(), verifies: z.boolean().optional() });

it('survives a million empty objects for addresses with a heap of 96 MB', async () => {
  const script = new URL('../../support/sampleService.ts', import.meta.url);
  const service = fork(script, { execArgv: ['--max-old-space-size=96'] });
  try {
    const [url] = await once(service, 'message');
    const send = async (body: string) => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${url}/v1/verify`, { method: 'POST', headers, body });
      return Answer.parse(await response.json());
    };
    const text = JSON.stringify((await signSample()).attestation);
    const hostile = (piece: string) =>
      text.replace(
        /"addresses":\[[^\]]*\]/,
        () => `"addresses":[${`${piece},`.repeat(900_000)}{}]`,
      );
    // The second has fewer values than so long a document may have: they are built, and one is looked at.
    for (const piece of ['{}', '{}      ']) {
      expect(await send(hostile(piece))).toEqual({ code: 'ATTESTATION_MALFORMED' });
    }
    expect(await send(text)).toEqual({ verifies: true });
    expect(service.exitCode).toBe(null);
  } finally {
    service.disconnect();
    await once(service, 'exit');
  }
});
