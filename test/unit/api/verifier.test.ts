import { describe, expect, it, vi } from 'vitest';
import { createVerifier, type VerifierLimits } from '../../../src/api/verifier.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import { signSample, testAccount } from '../../support/attestations.ts';
import { rejection } from '../../support/rejection.ts';
import { sampleReport } from '../../support/sampleReport.ts';

const limits: VerifierLimits = { threads: 1, waiting: 2, seconds: 3600, heapMegabytes: 128 };
const { attestation, id } = await signSample();
const policy = { signers: [testAccount.address], now: UnixTime(sampleReport().observedAt + 60) };

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(text));
}

const good = () => bytesOf(JSON.stringify(attestation));
const long = (elements: number) =>
  bytesOf(`{"report":{"reserves":{"addresses":[${'{}      ,'.repeat(elements)}{}]}}}`);

describe('createVerifier', () => {
  it('verifies on another thread: this one parses nothing, and its bytes are gone', async () => {
    await using verifier = createVerifier(limits);
    const bytes = good();
    const parse = vi.spyOn(JSON, 'parse');
    try {
      const verifying = verifier.verify(bytes, policy);
      expect(bytes.length).toBe(0);
      expect(await verifying).toMatchObject({ verifies: true, id });
      expect(parse).not.toHaveBeenCalled();
    } finally {
      parse.mockRestore();
    }
  });

  it('passes an error on with code, message and facts', async () => {
    await using verifier = createVerifier(limits);
    const error = await rejection(() => verifier.verify(good(), { ...policy, signers: [] }));
    expect(error).toMatchObject({
      code: 'ATTESTATION_SIGNER_UNTRUSTED',
      message: expect.stringContaining(testAccount.address),
      facts: { signer: testAccount.address, id },
    });
  });

  it('lets some wait, refuses more, and works them off in turn', async () => {
    await using verifier = createVerifier(limits);
    const taken = [1, 2, 3].map(() => verifier.verify(good(), policy));
    expect(await rejection(() => verifier.verify(good(), policy))).toMatchObject({
      code: 'SERVICE_BUSY',
      facts: { retryAfter: 10 },
    });
    expect((await Promise.all(taken)).map((one) => one.id)).toEqual([id, id, id]);
  });

  it('stops a verification that takes too long, and goes on with the next', async () => {
    await using verifier = createVerifier({ ...limits, seconds: 0 });
    const error = await rejection(() => verifier.verify(long(100_000), policy));
    expect(error.code).toBe('SERVICE_BUSY');
    expect((await rejection(() => verifier.verify(good(), policy))).code).toBe('SERVICE_BUSY');
  });

  it('ends a thread whose heap does not suffice, refuses the document, and verifies the next', async () => {
    await using verifier = createVerifier({ ...limits, heapMegabytes: 32 });
    const error = await rejection(() => verifier.verify(long(1_000_000), policy));
    expect(error.code).toBe('ATTESTATION_TOO_LARGE');
    expect(await verifier.verify(good(), policy)).toMatchObject({ id });
  });

  it('keeps a thread for the next document, but not after a long one', async () => {
    let started = 0;
    const count = () => {
      started += 1;
    };
    process.on('worker', count);
    try {
      await using verifier = createVerifier(limits);
      await verifier.verify(good(), policy);
      await verifier.verify(good(), policy);
      expect(started).toBe(1);
      await rejection(() => verifier.verify(long(200_000), policy));
      expect(started).toBe(1);
      await verifier.verify(good(), policy);
      expect(started).toBe(2);
    } finally {
      process.off('worker', count);
    }
  });

  it('refuses what waits when it is closed', async () => {
    const verifier = createVerifier(limits);
    const verifying = [1, 2].map(() => rejection(() => verifier.verify(good(), policy)));
    await verifier[Symbol.asyncDispose]();
    for (const error of await Promise.all(verifying)) expect(error.code).toBe('SERVICE_BUSY');
    expect((await rejection(() => verifier.verify(good(), policy))).code).toBe('SERVICE_BUSY');
  });
});
