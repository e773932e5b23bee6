import { createReadStream } from 'node:fs';
import { request } from 'undici';
import { maxAttestationLength } from '../attest/parseAttestation.ts';
import { AssayError } from '../core/assayError.ts';
import { fileUnreadable } from '../core/fileUnreadable.ts';
import { redactUrl } from '../core/redactUrl.ts';
import { readSystemFailure } from '../core/systemFailure.ts';
import { createByteSink } from '../http/byteSink.ts';

const timeoutMs = 30_000;

/**
 * The text of a file or URL, read no further than an attestation may be long.
 *
 * @throws AssayError FILE_UNREADABLE, USAGE_INVALID, SOURCE_UNREACHABLE, SOURCE_SERVER_ERROR, ATTESTATION_TOO_LARGE
 */
export async function readDocument(place: string): Promise<string> {
  if (!/^https?:\/\//i.test(place)) {
    try {
      return await readBounded(createReadStream(place));
    } catch (cause) {
      if (cause instanceof AssayError) throw cause;
      throw fileUnreadable(`cannot read ${place}`, cause);
    }
  }
  if (!URL.canParse(place)) {
    throw new AssayError('USAGE_INVALID', {
      message: `${redactUrl(place)} is not a valid URL`,
      fix: 'Give the whole URL of an attestation, or the name of a file.',
    });
  }
  try {
    const response = await request(place, { signal: AbortSignal.timeout(timeoutMs) });
    if (response.statusCode !== 200) {
      await response.body.dump();
      throw new AssayError('SOURCE_SERVER_ERROR', {
        message: `${redactUrl(place)} answered with HTTP status ${response.statusCode}`,
      });
    }
    return await readBounded(response.body);
  } catch (cause) {
    if (cause instanceof AssayError) throw cause;
    const reason = readSystemFailure(cause)?.reason;
    throw new AssayError('SOURCE_UNREACHABLE', {
      message: `${redactUrl(place)} could not be read${reason ? `: ${reason}` : ''}`,
      cause,
    });
  }
}

async function readBounded(stream: AsyncIterable<unknown>): Promise<string> {
  const sink = createByteSink();
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) continue;
    sink.add(chunk);
    if (sink.length > maxAttestationLength) throw new AssayError('ATTESTATION_TOO_LARGE');
  }
  return sink.take().toString('utf8');
}
