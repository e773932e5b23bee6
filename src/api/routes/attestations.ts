import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { Attestation } from '../../attest/attestation.ts';
import { AssayError } from '../../core/assayError.ts';
import { type ApiContext, admitClient, readAttestation } from '../apiContext.ts';
import { immutableCache } from '../cacheControl.ts';
import { createPreparedSender } from '../createPreparedSender.ts';
import { requestInvalid } from '../errors.ts';
import { type Prepared, prepareAnswer } from '../prepared.ts';
import { preparedHeaders } from '../publicHeaders.ts';
import { Verification } from '../schemas/service.ts';
import type { Upload } from '../uploads.ts';
import { acceptUnchecked, answer, attestationParams, type RouteApp } from './routeApp.ts';

const url = '/v1/attestations/:id';

/** A verification costs as much as this many other requests. */
const verificationUnits = 10;

/** An attestation by its id: what was signed, for ever the same. */
export function addAttestationRoute(app: RouteApp, context: ApiContext): void {
  const known = new WeakMap<Attestation, Prepared>();
  const send = createPreparedSender(context, url);
  app.get(
    url,
    {
      validatorCompiler: acceptUnchecked,
      schema: {
        operationId: 'getAttestation',
        tags: ['attestations'],
        summary: 'An attestation by its id',
        description:
          'Statement, signature and report, as they were signed. Never changes, and verifies offline: ' +
          '`assay verify FILE --signer ADDRESS`. The service keeps the newest of each asset.',
        params: attestationParams,
        response: { 200: answer('The attestation.', Attestation) },
      },
      config: {
        contract: {
          problems: ['ATTESTATION_UNKNOWN'],
          parameters: { id: context.examples.stored.id },
          headers: ['etag', 'cacheControl'],
          isConditional: true,
          isPrepared: true,
          examples: { backed: context.examples.stored.attestation },
        },
      },
    },
    async (request, reply) => {
      admitClient(context, request.ip);
      const stored = await readAttestation(context, request.params.id);
      const { attestation } = stored;
      const prepared =
        known.get(attestation) ??
        prepareAnswer({
          contentType: 'application/json; charset=utf-8',
          body: JSON.stringify(attestation),
          etag: `"${stored.id}"`,
          cacheControl: immutableCache,
          headers: preparedHeaders,
        });
      known.set(attestation, prepared);
      send(request, reply, prepared);
    },
  );
}

/**
 * Verifies an attestation against the keys of this service. In a scope of its own: the body stays bytes,
 * since a parsed one no longer shows a key that stands twice, and what parsing somebody's document costs
 * is paid by another thread.
 */
export async function addVerifyRoute(app: RouteApp, context: ApiContext): Promise<void> {
  const { signers, clock } = context.dependencies;
  const { uploads, verifier } = context;
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', (request: FastifyRequest, body: IncomingMessage) => {
    const declared = request.headers['content-length'];
    const length = declared === undefined ? undefined : Number(declared);
    return uploads.read(body, length, context.limits.attestationBytes).catch(refuseUpload);
  });
  app.post(
    '/v1/verify',
    {
      bodyLimit: context.limits.attestationBytes,
      // Before the body: who has asked enough sends nothing.
      onRequest: async ({ ip }) => {
        admitClient(context, ip, verificationUnits - 1);
      },
      validatorCompiler: acceptUnchecked,
      schema: {
        operationId: 'verifyAttestation',
        tags: ['attestations'],
        summary: 'Verify an attestation',
        description:
          'Checks form, signature, signer, digest, sums, verdict and expiry of an attestation against ' +
          'the keys of this service. What does not verify, or tells of the past alone, is a problem ' +
          'with status 422 and the code of the first check that failed. Trust nobody: `assay verify` ' +
          'does the same offline. ' +
          `Counts as ${verificationUnits} requests.`,
        body: Attestation,
        response: { 200: answer('It verifies.', Verification) },
      },
      config: {
        contract: {
          problems: [
            'ATTESTATION_MALFORMED',
            'ATTESTATION_VERSION_UNKNOWN',
            'ATTESTATION_DOMAIN_MISMATCH',
            'ATTESTATION_SIGNATURE_INVALID',
            'ATTESTATION_SIGNER_UNTRUSTED',
            'ATTESTATION_REPORT_MISMATCH',
            'ATTESTATION_STATEMENT_MISMATCH',
            'ATTESTATION_HISTORIC',
            'ATTESTATION_EXPIRED',
            'ATTESTATION_FROM_FUTURE',
            'ATTESTATION_TOO_LARGE',
            'SERVICE_BUSY',
          ],
          examples: { verifies: context.examples.verification },
          requestExamples: { backed: context.examples.stored.attestation },
        },
      },
    },
    async (request) => {
      if (request.body instanceof RefusedUpload) throw request.body.reason;
      if (!isUpload(request.body)) throw requestInvalid('the body is not JSON');
      const upload = request.body;
      try {
        const trusted = signers.map(({ address }) => address);
        return await verifier.verify(upload.bytes, { signers: trusted, now: clock() });
      } finally {
        upload[Symbol.dispose]();
      }
    },
  );
}

/** What the parser of this scope makes of a body. */
function isUpload(body: unknown): body is Upload {
  return typeof body === 'object' && body !== null && 'bytes' in body && Symbol.dispose in body;
}

/** Why there is no room for a body. */
class RefusedUpload {
  readonly reason: AssayError;
  constructor(reason: AssayError) {
    this.reason = reason;
  }
}

/**
 * Leaves the refusal to the handler: where a parser fails, Fastify closes the connection on who is still
 * sending, and who finds it closed reads no answer.
 */
function refuseUpload(thrown: unknown): RefusedUpload {
  if (thrown instanceof AssayError && thrown.code === 'SERVICE_BUSY') {
    return new RefusedUpload(thrown);
  }
  throw thrown;
}
