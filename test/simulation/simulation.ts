import type { Report } from '../../src/attest/report.ts';
import { auditAsset } from '../../src/audit/auditAsset.ts';
import type { BitcoinSource } from '../../src/bitcoin/bitcoinSource.ts';
import { createCoreSource } from '../../src/bitcoin/coreSource.ts';
import { createElectrumSource } from '../../src/bitcoin/electrumSource.ts';
import { createMempoolSource } from '../../src/bitcoin/mempoolSource.ts';
import { parseBitcoinSourceUrl } from '../../src/bitcoin/parseBitcoinSourceUrl.ts';
import { electrumScriptHash } from '../../src/bitcoin/scriptHash.ts';
import { ChainId } from '../../src/core/caip.ts';
import type { Clock } from '../../src/http/clock.ts';
import { createEvmSource } from '../../src/supply/evm/evmSource.ts';
import type { SupplySource } from '../../src/supply/supplySource.ts';
import { regtest } from '../support/syntheticChain.ts';
import { createCoreAnswers } from './answerCore.ts';
import { answerElectrum } from './answerElectrum.ts';
import { answerEsplora } from './answerEsplora.ts';
import { answerEvm } from './answerEvm.ts';
import { createBitcoinLens, lagging } from './bitcoinLens.ts';
import { createFaultyServer } from './faultyServer.ts';
import { createRandom, type Random } from './random.ts';
import type { BitcoinPlan, Schedule, SupplyPlan } from './schedule.ts';
import { createTokenLens, lagging as laggingTokens } from './tokenLens.ts';
import type { WireServer } from './wire.ts';
import { createWorld, type World } from './world.ts';

/** How the servers of a simulation are reached, and how time passes in it. */
export interface Surroundings {
  /** Makes the server reachable and gives its host and port. */
  serve(name: string, protocol: 'http' | 'lines', server: WireServer): Promise<string>;
  after(milliseconds: number, callback: () => void): void;
  /** Waits in the time of the simulation. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<unknown>;
  /** Lets time pass until the audit ends. */
  drive<T>(promise: Promise<T>): Promise<T>;
  readonly elapsed: number;
}

/** A source of a simulation, by the id that reports know it by. */
export interface SimulatedSource {
  readonly id: string;
  readonly plan: BitcoinPlan | SupplyPlan;
  /** Equal for sources that say the same wrong thing. */
  readonly lie: string | undefined;
}

export interface SimulationResult {
  readonly schedule: Schedule;
  readonly world: World;
  readonly bitcoin: readonly SimulatedSource[];
  readonly supply: readonly SimulatedSource[];
  /** The report, or what was thrown. */
  readonly outcome: { readonly report: Report } | { readonly thrown: unknown };
  /** How long the audit took, in milliseconds of its own time. */
  readonly elapsed: number;
  /** When blocks left the best chain of Bitcoin, in milliseconds from the beginning, by hash. */
  readonly leftAt: ReadonlyMap<string, number>;
}

/** How long the audits of a simulation wait. */
export const patience = { deadlineMs: 60_000, graceMs: 2_000 };

/** Audits once, over the real sources, while the schedule happens to the chains. */
export async function runSimulation(
  schedule: Schedule,
  surroundings: Surroundings,
): Promise<SimulationResult> {
  const random = createRandom(schedule.seed).fork('run');
  const world = createWorld(schedule);
  let started = false;
  const leftAt = new Map<string, number>();
  let begin = 0;
  const happen = (index: number) => {
    const event = schedule.events[index];
    if (!event) return;
    const before = world.bitcoin.view.blocks;
    world.apply(event.change, random.fork(`event ${index}`), surroundings.after);
    const { blocks } = world.bitcoin.view;
    for (const { header } of before) {
      if (blocks[header.height]?.header.id !== header.id) {
        leftAt.set(header.id, surroundings.elapsed - begin);
      }
    }
  };
  const onCall = (source: number, call: number) => {
    for (const [index, { when }] of schedule.events.entries()) {
      const isMeant = when.kind === 'call' && when.source === source && when.call === call;
      if (started && isMeant) happen(index);
    }
  };
  const clock: Clock = {
    now: () => Date.now(),
    sleep: async (milliseconds, signal) => {
      await surroundings.sleep(milliseconds, signal);
    },
    random: () => 0.5,
  };

  const bitcoin = await Promise.all(
    schedule.bitcoin.map((plan, index) =>
      openBitcoin(plan, index, world, schedule, clock, random, surroundings, (call) =>
        onCall(index, call),
      ),
    ),
  );
  const supply = await Promise.all(
    schedule.supply.map((plan, index) => openSupply(plan, index, world, random, surroundings)),
  );

  started = true;
  begin = surroundings.elapsed;
  for (const [index, { when }] of schedule.events.entries()) {
    if (when.kind === 'time') surroundings.after(when.ms, () => happen(index));
  }
  const { atHeight } = world;
  const audit = auditAsset(
    world.asset,
    { pairing: schedule.pairing, ...(atHeight === undefined ? {} : { atHeight }) },
    {
      bitcoin: bitcoin.map(({ source }) => source),
      supply: supply.map(({ source }) => source),
      clock: () => world.now,
      pause: (milliseconds, signal) => surroundings.sleep(milliseconds, signal),
      patience,
    },
  );
  const outcome = await surroundings.drive(
    audit.then(
      (report) => ({ report }),
      (thrown: unknown) => ({ thrown }),
    ),
  );
  const elapsed = surroundings.elapsed - begin;
  await surroundings.drive(
    Promise.all([...bitcoin, ...supply].map(({ source }) => source.close())),
  );
  return {
    schedule,
    world,
    bitcoin: bitcoin.map(({ known }) => known),
    supply: supply.map(({ known }) => known),
    outcome,
    elapsed,
    leftAt,
  };
}

interface Opened<Source> {
  readonly source: Source;
  readonly known: SimulatedSource;
}

async function openBitcoin(
  plan: BitcoinPlan,
  index: number,
  world: World,
  schedule: Schedule,
  clock: Clock,
  random: Random,
  surroundings: Surroundings,
  onCall: (call: number) => void,
): Promise<Opened<BitcoinSource>> {
  const { bitcoin } = world;
  const tip = bitcoin.view.blocks.length - 1;
  const audited = world.atHeight ?? tip - (schedule.confirmations - 1);
  const lens = createBitcoinLens(plan.fault, bitcoin, Math.max(1, Math.min(tip, audited)));
  const answerCore = createCoreAnswers();
  const behind = plan.fault?.kind === 'strays' ? plan.fault.blocks : 0;
  const script = world.asset.custody[0]?.script ?? '';
  const refused = plan.fault?.kind === 'refuses-script' ? electrumScriptHash(script) : undefined;
  const server = createFaultyServer(
    plan,
    (path, body, strays) => {
      const seen = lens.see(bitcoin.view);
      const view = strays ? lagging(seen, behind) : seen;
      switch (plan.kind) {
        case 'core':
          return answerCore(view, body);
        case 'mempool':
          return answerEsplora(view, path, schedule.unspentLimit);
        case 'electrum':
          return answerElectrum(view, bitcoin.hexes, body, refused);
      }
    },
    random.fork(`bitcoin ${index}`),
    onCall,
  );
  const protocol = plan.kind === 'electrum' ? 'lines' : 'http';
  const host = await surroundings.serve(`bitcoin-${index}`, protocol, server);
  const source = createBitcoinSource(plan, host, clock);
  const lie = lens.lie ?? (behind > 0 && behind > buried(schedule) ? 'strays' : undefined);
  return { source, known: { id: source.source.id, plan, lie } };
}

/**
 * How many blocks lie above the audited one at least. That a server behind the same URL lacks even
 * blocks below it is a lie that a source is not bound to notice.
 */
function buried({ confirmations, depthAsked, events }: Schedule): number {
  const taken = events.map(({ change }) =>
    change.kind === 'reorganisation' && change.gapMs > 0 ? change.depth : 0,
  );
  return (depthAsked ?? confirmations - 1) - taken.reduce((sum, depth) => sum + depth, 0);
}

function createBitcoinSource(plan: BitcoinPlan, host: string, clock: Clock): BitcoinSource {
  const fragment = `#operator=${plan.operator}`;
  switch (plan.kind) {
    case 'core': {
      const url = parseBitcoinSourceUrl(`core+http://user:secret@${host}${fragment}`);
      return createCoreSource({ url, network: regtest });
    }
    case 'electrum': {
      const url = parseBitcoinSourceUrl(`electrum+tcp://${host}${fragment}`);
      return createElectrumSource({ url, network: regtest, clock });
    }
    case 'mempool': {
      const { source, baseUrl } = parseBitcoinSourceUrl(`mempool+http://${host}/api${fragment}`);
      return createMempoolSource({ baseUrl, source, network: regtest, clock });
    }
  }
}

async function openSupply(
  plan: SupplyPlan,
  index: number,
  world: World,
  random: Random,
  surroundings: Surroundings,
): Promise<Opened<SupplySource>> {
  const model = world.tokens.get(plan.chain);
  if (!model) throw new Error(`there is no chain ${plan.chain}`);
  const lens = createTokenLens(plan.fault, model.view);
  const facts = new Map(
    world.asset.deployments
      .filter(({ chain }) => chain === `eip155:${plan.chain}`)
      .map(({ reference, decimals, symbol }) => [reference.toLowerCase(), { decimals, symbol }]),
  );
  const behind = plan.fault?.kind === 'strays' ? plan.fault.blocks : 0;
  const server = createFaultyServer(
    plan,
    (_path, body, strays) => {
      const seen = lens.see(model.view);
      return answerEvm(strays ? laggingTokens(seen, behind) : seen, facts, body);
    },
    random.fork(`supply ${index}`),
  );
  const host = await surroundings.serve(`evm-${index}`, 'http', server);
  const id = `http://${host}`;
  const source = createEvmSource({
    url: id,
    source: { id, operator: plan.operator, kind: 'evm' },
    chain: ChainId(`eip155:${plan.chain}`),
    wait: (milliseconds, signal) => surroundings.sleep(milliseconds, signal),
  });
  return { source, known: { id, plan, lie: lens.lie } };
}
