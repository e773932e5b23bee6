import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ChainId } from '../../src/core/caip.ts';
import { UnixTime } from '../../src/core/unixTime.ts';
import { unknownVersion } from '../../src/supply/aptos/guardViews.ts';
import type { ApiReply, ApiRequest } from './jsonApiServer.ts';

/**
 * The REST API of an Aptos node, as far as supplies take it. Answers are written as api/doc/spec.yaml of
 * aptos-labs/aptos-core (version 1.2.0) has them: schemas IndexResponse, Block and AptosError, the
 * X-APTOS headers of every answer, and view results as api/types/src/convert.rs writes Move values
 * (u128 as a string, u8 as a number, Option as vec).
 */
export interface AptosApi {
  chainId: number;
  /** The newest block, and the oldest that has been kept. */
  height: number;
  oldestHeight: number;
  /** Whether answers carry the X-APTOS headers. */
  withHeaders: boolean;
  /** Whether view functions are answered for the newest version, whichever is asked for. */
  ignoresVersion: boolean;
  /** What each view function returns, or how it fails; of others there is no module. */
  readonly views: Map<string, ApiReply | unknown[]>;
  answer(request: ApiRequest): ApiReply;
  reply(json: unknown, status?: number): ApiReply;
  /** A refusal as the node writes it. */
  fault(status: number, code: string, vmCode?: number): ApiReply;
}

/** The time of block 0. */
export const aptosGenesis = 1_700_000_000;

const ViewCall = z.object({
  function: z.string(),
  type_arguments: z.array(z.string()),
  arguments: z.array(z.string()),
});

/** Three blocks in two seconds, each with ten transactions. */
export function aptosBlock(at: number) {
  const hash = createHash('sha3-256').update(`block ${at}`).digest('hex');
  return {
    block_height: `${at}`,
    block_hash: `0x${hash}`,
    block_timestamp: `${BigInt(aptosGenesis) * 1_000_000n + (BigInt(at) * 2_000_000n) / 3n}`,
    first_version: `${at * 10}`,
    last_version: `${at * 10 + 9}`,
    transactions: null,
  };
}

/** The chain point of that block. */
export function aptosPoint(at: number) {
  return {
    chain: ChainId('aptos:1'),
    height: at,
    hash: aptosBlock(at).block_hash,
    time: UnixTime(aptosGenesis + Math.floor((at * 2) / 3)),
  };
}

/** A node with 2001 blocks that has kept them all. */
export function createAptosApi(): AptosApi {
  const api: AptosApi = {
    chainId: 1,
    height: 2_000,
    oldestHeight: 0,
    withHeaders: true,
    ignoresVersion: false,
    views: new Map(),

    reply(json, status = 200) {
      if (!api.withHeaders) return { status, json };
      const newest = aptosBlock(api.height);
      return {
        status,
        json,
        headers: {
          'X-APTOS-CHAIN-ID': `${api.chainId}`,
          'X-APTOS-LEDGER-VERSION': newest.last_version,
          'X-APTOS-LEDGER-OLDEST-VERSION': '1000',
          'X-APTOS-LEDGER-TIMESTAMPUSEC': newest.block_timestamp,
          'X-APTOS-EPOCH': '15909',
          'X-APTOS-BLOCK-HEIGHT': newest.block_height,
          'X-APTOS-OLDEST-BLOCK-HEIGHT': `${api.oldestHeight}`,
        },
      };
    },

    fault(status, code, vmCode) {
      const message = 'secret words of the server';
      return api.reply({ message, error_code: code, vm_error_code: vmCode ?? null }, status);
    },

    answer(request) {
      if (request.path === '/v1') return api.reply(ledgerOf(api));
      const block = /^\/v1\/blocks\/by_height\/(\d+)$/.exec(request.path)?.[1];
      if (block !== undefined) {
        if (Number(block) < api.oldestHeight) return api.fault(410, 'block_pruned');
        if (Number(block) > api.height) return api.fault(404, 'block_not_found');
        return api.reply(aptosBlock(Number(block)));
      }
      if (request.path !== '/v1/view') return { status: 404, text: 'not found' };
      const version = request.query.get('ledger_version');
      if (!api.ignoresVersion && version === `${unknownVersion}`) {
        return api.fault(404, 'version_not_found');
      }
      const result = api.views.get(ViewCall.parse(request.body).function);
      if (result === undefined) return api.fault(404, 'module_not_found');
      return Array.isArray(result) ? api.reply(result) : result;
    },
  };
  return api;
}

function ledgerOf({ chainId, height, oldestHeight }: AptosApi) {
  const newest = aptosBlock(height);
  return {
    chain_id: chainId,
    epoch: '15909',
    ledger_version: newest.last_version,
    oldest_ledger_version: '1000',
    ledger_timestamp: newest.block_timestamp,
    node_role: 'full_node',
    oldest_block_height: `${oldestHeight}`,
    block_height: newest.block_height,
    git_hash: 'b2a11100ceb479c8d220937c003524d4708a7821',
    encryption_key: null,
  };
}
