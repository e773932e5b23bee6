import { Attestation } from '../../attest/attestation.ts';
import { Report } from '../../attest/report.ts';
import { AssetDetail, AssetList, AssetSummary, Deployment, Provenance } from '../schemas/asset.ts';
import { AttestationRef, Backing, BackingStatus, Reason } from '../schemas/backing.ts';
import { ChainPoint } from '../schemas/figures.ts';
import { Graph, GraphEdge } from '../schemas/graph.ts';
import { EntryProblem, Problem } from '../schemas/problem.ts';
import { Reserves } from '../schemas/reserves.ts';
import { Keys, Liveness, Readiness, ShieldsBadge, Verification } from '../schemas/service.ts';
import {
  TokenBacking,
  TokenLookup,
  TokenLookupEntry,
  TokenLookupRequest,
} from '../schemas/token.ts';

/** The components of openapi.yaml. */
export const namedSchemas = {
  AssetDetail,
  AssetList,
  AssetSummary,
  Attestation,
  AttestationRef,
  Backing,
  BackingStatus,
  ChainPoint,
  Deployment,
  EntryProblem,
  Graph,
  GraphEdge,
  Keys,
  Liveness,
  Problem,
  Provenance,
  Readiness,
  Reason,
  Report,
  Reserves,
  ShieldsBadge,
  TokenBacking,
  TokenLookup,
  TokenLookupEntry,
  TokenLookupRequest,
  Verification,
};
