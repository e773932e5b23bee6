import type { z } from 'zod';
import type { BitcoinNetwork } from '../core/bitcoinNetwork.ts';
import { parseToFirstFault } from '../core/parseToFirstFault.ts';
import type { SourceRef } from '../core/source.ts';
import { sourceRateLimited, sourceResponseInvalid, sourceRpcError } from '../core/sourceErrors.ts';
import { parseBlockHeader } from './blockHeader.ts';
import { checkNetwork } from './checkNetwork.ts';
import { ElectrumFeatures, ElectrumHeader, ElectrumVersion } from './electrumAnswers.ts';
import type { ElectrumConnection, ElectrumRequest } from './electrumConnection.ts';
import { type ElectrumAnswer, isBusy } from './electrumLine.ts';
import { electrumVersionUnknown } from './errors.ts';

/** The versions of the protocol that assay speaks; the server takes the newest that it knows. */
const versions: readonly [oldest: string, newest: string] = ['1.4', '1.6'];

/**
 * What has to be said on a new connection before anything else: agrees on the version of the protocol
 * and checks that the server is on the right network.
 *
 * @throws AssayError SOURCE_RPC_ERROR for a server of other versions, SOURCE_WRONG_CHAIN
 */
export async function greetElectrum(
  connection: ElectrumConnection,
  network: BitcoinNetwork,
  source: SourceRef,
): Promise<void> {
  const agreed = await ask('server.version', ['assay', versions]);
  if (agreed.error) throw electrumVersionUnknown(source);
  const [, version] = parse(ElectrumVersion, agreed.result, 'server.version');
  if (!/^1\.[4-6](?:\.\d+)*$/.test(version)) throw electrumVersionUnknown(source);

  const genesis = (await readFeature()) ?? (await hashFirstBlock());
  await checkNetwork(network, source, async ([, ...later]) => [genesis, ...(await hashAll(later))]);

  async function readFeature(): Promise<string | undefined> {
    const { result, error } = await ask('server.features', []);
    // Some servers do not know the method: their first block tells as much.
    return error ? undefined : parse(ElectrumFeatures, result, 'server.features').genesis_hash;
  }

  async function hashFirstBlock(): Promise<string | undefined> {
    const method = 'blockchain.block.header';
    const { result, error } = await ask(method, [0]);
    if (error) throw sourceRpcError(source, method, error.code);
    return hashOf(result, method);
  }

  /** Undefined where the server has no such block: for that alone it knows no error of its own. */
  async function hashAll(heights: readonly number[]): Promise<(string | undefined)[]> {
    if (heights.length === 0) return [];
    const method = 'blockchain.block.header';
    const calls = heights.map((height) => ({ method, params: [height] }));
    const answers = await askEach(calls);
    return answers.map(({ result, error }) => (error ? undefined : hashOf(result, method)));
  }

  function hashOf(result: unknown, method: string): string | undefined {
    return parseBlockHeader(Buffer.from(parse(ElectrumHeader, result, method), 'hex'))?.hash;
  }

  async function ask(method: string, params: readonly unknown[]): Promise<ElectrumAnswer> {
    const [answer] = await askEach([{ method, params }]);
    if (answer === undefined) throw sourceResponseInvalid(source, `did not answer ${method}`);
    return answer;
  }

  async function askEach(calls: readonly ElectrumRequest[]): Promise<readonly ElectrumAnswer[]> {
    const answers = await connection.send(calls, 'single');
    if (answers === 'refused' || answers.length < calls.length) {
      throw sourceResponseInvalid(source, `did not answer ${calls[0]?.method}`);
    }
    if (answers.some(({ error }) => error && isBusy(error))) {
      throw sourceRateLimited(source, undefined);
    }
    return answers;
  }

  function parse<T>(schema: z.ZodType<T>, result: unknown, method: string): T {
    const parsed = parseToFirstFault(schema, result);
    if (parsed.success) return parsed.data;
    throw sourceResponseInvalid(source, `answered ${method} with something of the wrong form`);
  }
}
