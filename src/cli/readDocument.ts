import { createReadStream } from 'node:fs';
import { request } from 'undici';
import { maxAttestationLength } from '../attest/parseAttestation.ts';
import { AssayError } from '../core/assayError.ts';
import { redactUrl } from '../core/redactUrl.ts';

const timeoutMs = 30_000;

/**
 * The text of a file or URL, read no further than an attestation may be long.
 *
 * @throws AssayError FILE_UNREADABLE, SOURCE_UNREACHABLE, SOURCE_SERVER_ERROR, ATTESTATION_TOO_LARGE
 */
export async function readDocument(place: string, signal: AbortSignal): Promise<string> {
  if (!/^https?:\/\//i.test(place)) {
    try {
      return await readBounded(createReadStream(place));
    } catch (cause) {
      if (cause instanceof AssayError) throw cause;
      throw new AssayError('FILE_UNREADABLE', { message: `cannot read ${place}`, cause });
    }
  }
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const response = await request(place, { signal: limit });
    if (response.statusCode !== 200) {
      await response.body.dump();
      throw new AssayError('SOURCE_SERVER_ERROR', {
        message: `${redactUrl(place)} answered with HTTP status ${response.statusCode}`,
      });
    }
    return await readBounded(response.body);
  } catch (cause) {
    if (cause instanceof AssayError) throw cause;
    throw new AssayError('SOURCE_UNREACHABLE', {
      message: `${redactUrl(place)} could not be read`,
      cause,
    });
  }
}

async function readBounded(stream: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) continue;
    length += chunk.length;
    if (length > maxAttestationLength) throw new AssayError('ATTESTATION_TOO_LARGE');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
