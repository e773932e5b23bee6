import {
  type Address,
  concat,
  decodeAbiParameters,
  encodeAbiParameters,
  toEventSelector,
  toFunctionSelector,
  zeroAddress,
} from 'viem';
import type { BitcoinNetwork } from '../core/bitcoinNetwork.ts';
import { abiText } from './abiText.ts';
import type { ChainReader } from './chainReader.ts';
import { contractMismatch, listEmpty } from './contractErrors.ts';
import { decodeOrRefuse, returned } from './decodeCall.ts';
import { decodeEvent } from './decodeEvent.ts';
import {
  type FoldedHistory,
  foldHistory,
  type Slot,
  type SlotEvent,
  type SlotState,
} from './foldHistory.ts';
import { readLogs } from './readLogs.ts';

/** The public mappings of the Factory, and what the contract on other chains calls them. */
const views = [
  {
    custodian: toFunctionSelector('custodianBtcDepositAddress(address)'),
    merchant: toFunctionSelector('merchantBtcDepositAddress(address)'),
  },
  {
    custodian: toFunctionSelector('custodianDepositAddress(address)'),
    merchant: toFunctionSelector('merchantDepositAddress(address)'),
  },
] as const;

type Views = (typeof views)[number];
type SlotKind = 'custodian' | 'merchant';

/** What an event sets, and how many accounts it indexes. */
interface EventShape {
  readonly kind: SlotKind;
  readonly accounts: number;
  readonly texts: 1;
}

const custodian: EventShape = { kind: 'custodian', accounts: 2, texts: 1 };
const merchant: EventShape = { kind: 'merchant', accounts: 1, texts: 1 };

const shapes = new Map<string, EventShape>([
  [toEventSelector('CustodianBtcDepositAddressSet(address,address,string)'), custodian],
  [toEventSelector('CustodianDepositAddressSet(address,address,string)'), custodian],
  [toEventSelector('MerchantBtcDepositAddressSet(address,string)'), merchant],
  [toEventSelector('MerchantDepositAddressSet(address,string)'), merchant],
]);

/**
 * The deposit addresses that WBTC's Factory ever had: the custodian's, one for each merchant, which
 * keep coins of the asset, and the merchants' own. Events give the history, the contract's mappings
 * what is current.
 *
 * @throws AssayError SOURCE_*, SUPPLY_*, DISCOVERY_*
 */
export async function readWbtcEvents(
  reader: ChainReader,
  network: BitcoinNetwork,
): Promise<FoldedHistory> {
  const names = await findViews(reader);
  const logs = await readLogs(reader, [...shapes.keys()]);
  const events = logs.flatMap((log): SlotEvent[] => {
    const shape = shapes.get(log.topics[0] ?? '');
    if (!shape) return [];
    const { account, texts } = decodeEvent(reader, log, shape);
    const [text = ''] = texts;
    return [{ ...slotOf(shape.kind, account), text, height: log.height, hash: log.hash }];
  });
  if (events.length === 0) throw listEmpty(reader, 'never set a deposit address');
  const accounts = [...new Set(events.map(({ account }) => account))];
  const states = await readStates(reader, names, accounts);
  return foldHistory(events, states, { chain: reader.point.chain, network });
}

/** Which of the two interfaces the contract has: nobody is the merchant 0. */
async function findViews(reader: ChainReader): Promise<Views> {
  for (const names of views) {
    const answers = await reader.call([
      viewCall(names, 'custodian', zeroAddress),
      viewCall(names, 'merchant', zeroAddress),
    ]);
    if (answers.every((answer) => 'data' in answer)) return names;
    const fault = answers.find((answer) => 'refused' in answer);
    if (fault && 'refused' in fault && fault.refused.code !== 'DISCOVERY_CONTRACT_MISMATCH') {
      throw fault.refused;
    }
  }
  throw contractMismatch(reader, 'keeps no deposit addresses of merchants');
}

async function readStates(
  reader: ChainReader,
  names: Views,
  accounts: readonly Address[],
): Promise<readonly SlotState[]> {
  const slots = accounts.flatMap((account) =>
    (['custodian', 'merchant'] as const).map((kind) => ({ kind, account })),
  );
  const answers = await reader.call(
    slots.map(({ kind, account }) => viewCall(names, kind, account)),
  );
  return slots.map(({ kind, account }, index) => {
    const data = returned(reader, answers[index]);
    const text = decodeOrRefuse(reader, () =>
      abiText(decodeAbiParameters([{ type: 'bytes' }], data)[0]),
    );
    return { ...slotOf(kind, account), text };
  });
}

function viewCall(names: Views, kind: SlotKind, account: Address): `0x${string}` {
  return concat([names[kind], encodeAbiParameters([{ type: 'address' }], [account])]);
}

function slotOf(kind: SlotKind, account: Address): Slot {
  return kind === 'custodian'
    ? { role: 'custody', account, purpose: `custodian's deposit address for merchant ${account}` }
    : { role: 'other', account, purpose: `own address of merchant ${account}` };
}
