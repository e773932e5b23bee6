import type { EsploraBlock, EsploraTransaction, EsploraView } from '../support/esploraFormat.ts';
import { formatInput, formatOutput } from '../support/esploraFormat.ts';
import { mineHeader } from '../support/mineHeader.ts';
import { mainnet } from '../support/networks.ts';
import { syntheticAddress } from '../support/syntheticChain.ts';
import type { BitcoinModel } from './bitcoinModel.ts';
import { createRandom } from './random.ts';
import type { SourceFault } from './schedule.ts';

/** What a source takes for the chain, and what its lie is about, if it tells one. */
export interface BitcoinLens {
  see(view: EsploraView): EsploraView;
  /** Equal for sources that say the same wrong thing. */
  readonly lie: string | undefined;
}

const elsewhere = syntheticAddress('elsewhere');
const outside = { script: syntheticAddress('outside').script, sats: 2_000_000_000_000_000n };

/** How a source with that fault sees the chain; lies are told of the block to be audited, or below. */
export function createBitcoinLens(
  fault: SourceFault | undefined,
  model: BitcoinModel,
  auditedHeight: number,
): BitcoinLens {
  const first = model.view;
  switch (fault?.kind) {
    case 'lags':
      return { see: remember((view) => lagging(view, fault.blocks)), lie: undefined };
    case 'stuck':
      return { see: () => first, lie: undefined };
    case 'other-network':
      return { see: remember(onMainnet), lie: 'other network' };
    case 'forks': {
      const from = Math.max(1, first.blocks.length - 1 - fault.below);
      const see = remember((view) => forked(view, from, fault.scheme));
      return { see, lie: `fork ${fault.scheme} from ${from}` };
    }
    case 'lies':
      return lieAbout(fault, model, Math.max(1, auditedHeight));
    default:
      return { see: (view) => view, lie: undefined };
  }
}

/** The view that is some blocks behind. */
export function lagging({ blocks }: EsploraView, count: number): EsploraView {
  return { blocks: blocks.slice(0, Math.max(2, blocks.length - count)), mempool: [] };
}

/** The same object for the same view: servers index by it. */
function remember(change: (view: EsploraView) => EsploraView) {
  const known = new WeakMap<EsploraView, EsploraView>();
  return (view: EsploraView): EsploraView => {
    const changed = known.get(view) ?? change(view);
    known.set(view, changed);
    return changed;
  };
}

function onMainnet({ blocks, mempool }: EsploraView): EsploraView {
  return {
    mempool,
    blocks: blocks.map((block, height) =>
      height === 0 ? { ...block, header: { ...block.header, id: mainnet.genesisHash } } : block,
    ),
  };
}

function forked({ blocks, mempool }: EsploraView, from: number, scheme: number): EsploraView {
  const changed: EsploraBlock[] = [];
  for (const block of blocks) {
    const { header } = block;
    const parent = changed.at(-1)?.header.id ?? null;
    if (header.height < from) changed.push(block);
    else {
      const { hash: id, nonce } = mineHeader({
        version: header.version,
        previousHash: parent,
        merkleRoot: header.merkle_root,
        time: header.timestamp,
        bits: header.bits,
        nonce: 1_000_000 * (scheme + 1),
      });
      changed.push({ ...block, header: { ...header, previousblockhash: parent, nonce, id } });
    }
  }
  return { blocks: changed, mempool };
}

function lieAbout(
  fault: Extract<SourceFault, { kind: 'lies' }>,
  model: BitcoinModel,
  height: number,
): BitcoinLens {
  const block = model.view.blocks[Math.min(height, model.view.blocks.length - 1)];
  if (!block) throw new Error('the chain is empty');
  const coins = [...model.coinsAt(block.header.id)];
  const [outpoint, coin] = coins[fault.scheme % Math.max(1, coins.length)] ?? [];
  if (outpoint === undefined || coin === undefined) {
    return { see: (view) => view, lie: undefined };
  }
  if (fault.about === 'invention') {
    const added = invent(coin.script, fault.scheme);
    const see = remember((view) => ({
      ...view,
      blocks: view.blocks.map((one) =>
        one.header.height === block.header.height
          ? { ...one, transactions: [...one.transactions, added] }
          : one,
      ),
    }));
    return { see, lie: `invention ${fault.scheme}` };
  }
  const output =
    fault.about === 'omission'
      ? formatOutput(elsewhere.script, coin.sats)
      : formatOutput(coin.script, coin.sats + 1n + BigInt(fault.scheme));
  const see = remember((view) => retold(view, outpoint, output));
  const amount = fault.about === 'amount' ? fault.scheme : '';
  return { see, lie: `${fault.about} of ${outpoint} ${amount}` };
}

/** The same chain with another output at one outpoint, also where it is spent. */
function retold(
  { blocks, mempool }: EsploraView,
  outpoint: string,
  output: EsploraTransaction['vout'][number],
): EsploraView {
  const [txid] = outpoint.split(':');
  const retell = (transaction: EsploraTransaction): EsploraTransaction => {
    const spends = transaction.vin.some((one) => `${one.txid}:${one.vout}` === outpoint);
    if (transaction.txid !== txid && !spends) return transaction;
    return {
      ...transaction,
      vin: transaction.vin.map((one) =>
        `${one.txid}:${one.vout}` === outpoint ? { ...one, prevout: output } : one,
      ),
      vout: transaction.vout.map((one, vout) =>
        `${transaction.txid}:${vout}` === outpoint ? output : one,
      ),
    };
  };
  return {
    blocks: blocks.map((block) => ({ ...block, transactions: block.transactions.map(retell) })),
    mempool: mempool.map(retell),
  };
}

function invent(script: string, scheme: number): EsploraTransaction {
  const random = createRandom(scheme);
  const id = () => Array.from({ length: 64 }, () => random.below(16).toString(16)).join('');
  const prevout = formatOutput(outside.script, outside.sats);
  return {
    txid: id(),
    version: 2,
    locktime: 0,
    vin: [formatInput({ txid: id(), vout: 0, prevout, scriptsig: '', witness: [], sequence: 0 })],
    vout: [formatOutput(script, 123_456_789n)],
    size: 200,
    weight: 800,
    fee: 0,
  };
}
