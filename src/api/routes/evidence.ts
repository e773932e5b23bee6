import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { StoredAttestation } from '../../store/attestationStore.ts';
import type { OpenBundle } from '../../store/evidenceStore.ts';
import { type ApiContext, admitClient, chargeSize, readAttestation } from '../apiContext.ts';
import { immutableCache } from '../cacheControl.ts';
import { evidenceNotKept } from '../errors.ts';
import { matchesEtag } from '../prepared.ts';
import { acceptUnchecked, answer, attestationParams, type RouteApp } from './routeApp.ts';

const url = '/v1/attestations/:id/evidence';
const mediaType = 'application/octet-stream';

/** A download costs as much as this many other requests. */
const downloadUnits = 10;

type EvidenceRequest = FastifyRequest<{ Params: { id: string } }>;

/** The evidence bundle of an attestation: the file that `assay verify --evidence` takes. */
export function addEvidenceRoute(app: RouteApp, context: ApiContext): void {
  const sendEvidence = async (request: EvidenceRequest, reply: FastifyReply) => {
    const stored = await readAttestation(context, request.params.id);
    const { digest, bundle } = await openEvidence(context, stored);
    try {
      return sendBundle(bundle, nameFile(stored), `"${digest}"`, request, reply, context);
    } catch (thrown) {
      bundle.stream.destroy();
      throw thrown;
    }
  };
  app.get(
    url,
    {
      validatorCompiler: acceptUnchecked,
      // The one that Fastify would add reads the whole file to answer HEAD.
      exposeHeadRoute: false,
      schema: {
        operationId: 'getEvidence',
        tags: ['attestations'],
        summary: 'The evidence of an attestation',
        description:
          'The bundle that the report names in `evidence`, from which all its figures can be derived ' +
          'again, offline: `assay verify ATTESTATION --evidence FILE`. Its bytes never change; the ' +
          `service keeps the newest bundles. Counts as ${downloadUnits} requests, and by its size.`,
        params: attestationParams,
        response: { 200: answer('The bundle, as a file: a zlib stream.', z.file(), mediaType) },
      },
      config: {
        contract: {
          problems: ['ATTESTATION_UNKNOWN', 'EVIDENCE_NOT_KEPT'],
          parameters: { id: context.examples.stored.id },
          headers: ['etag', 'cacheControl'],
          isConditional: true,
        },
      },
    },
    sendEvidence,
  );
  app.head(
    url,
    { validatorCompiler: acceptUnchecked, schema: { hide: true, params: attestationParams } },
    sendEvidence,
  );
}

/** @throws AssayError EVIDENCE_NOT_KEPT, FILE_UNREADABLE */
async function openEvidence(
  { dependencies }: ApiContext,
  { id, attestation }: StoredAttestation,
): Promise<{ readonly digest: string; readonly bundle: OpenBundle }> {
  const digest = attestation.report.evidence?.digest;
  if (digest === undefined) throw evidenceNotKept(id, 'was not made: see notProven in its report');
  const bundle = await dependencies.evidence?.open(digest);
  if (!bundle) throw evidenceNotKept(id, 'is not, or no longer, kept here');
  return { digest, bundle };
}

/** Sends the file or, for HEAD and for who has it already, only what there is to say of it. */
function sendBundle(
  { length, stream }: OpenBundle,
  fileName: string,
  etag: string,
  { ip, method, headers: { 'if-none-match': ifNoneMatch } }: EvidenceRequest,
  reply: FastifyReply,
  context: ApiContext,
): FastifyReply {
  const isKnown = ifNoneMatch !== undefined && matchesEtag(ifNoneMatch, etag);
  const isSent = method === 'GET' && !isKnown;
  if (isSent) admitClient(context, ip, downloadUnits - 1);
  else stream.destroy();
  reply.headers({ etag, 'cache-control': immutableCache });
  if (isKnown) return reply.code(304).send();
  reply.type(mediaType).headers({
    'content-length': length,
    'content-disposition': `attachment; filename="${fileName}"`,
  });
  if (!isSent) return reply.send();
  chargeSize(context, ip, length);
  return reply.send(stream);
}

/** `dbtc-0f3c….evidence`: ids of assets have nothing in them that a header would have to quote. */
function nameFile({ assetId, id }: StoredAttestation): string {
  return `${assetId}-${id.slice(2, 18)}.evidence`;
}
