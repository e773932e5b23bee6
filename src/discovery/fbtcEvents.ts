import {
  type Address,
  decodeAbiParameters,
  encodeFunctionData,
  getAddress,
  parseAbi,
  parseAbiParameters,
  size,
  toEventSelector,
} from 'viem';
import type { BitcoinNetwork } from '../core/bitcoinNetwork.ts';
import { abiText } from './abiText.ts';
import type { ChainReader } from './chainReader.ts';
import { listEmpty, listTooLong } from './contractErrors.ts';
import { decodeOrRefuse, returned } from './decodeCall.ts';
import { decodeEvent } from './decodeEvent.ts';
import { maxListed } from './discovery.ts';
import { type FoldedHistory, foldHistory, type SlotEvent, type SlotState } from './foldHistory.ts';
import { readLogs } from './readLogs.ts';

const abi = parseAbi([
  'function getQualifiedUsers() view returns (address[])',
  'function getQualifiedUserInfo(address user) view returns ((bool locked, string depositAddress, string withdrawalAddress))',
]);

/** The struct of `getQualifiedUserInfo`; strings as bytes. */
const userInfo = parseAbiParameters('(bool, bytes, bytes)');
const topics = ['QualifiedUserAdded', 'QualifiedUserEdited'].map((name) =>
  toEventSelector(`${name}(address,string,string)`),
);

/**
 * The addresses of the users that FBTC's FireBridge ever qualified: to which they deposit, where the
 * custodian keeps coins of the asset, and to which they withdraw, which are their own. Events give the
 * history, the contract's views what is current.
 *
 * @throws AssayError SOURCE_*, SUPPLY_*, DISCOVERY_*
 */
export async function readFbtcEvents(
  reader: ChainReader,
  network: BitcoinNetwork,
): Promise<FoldedHistory> {
  const users = await readUsers(reader);
  const states = await readStates(reader, users);
  const logs = await readLogs(reader, topics);
  const events = logs.flatMap((log): SlotEvent[] => {
    const { account, texts } = decodeEvent(reader, log, { accounts: 1, texts: 2 });
    const [deposit = '', withdrawal = ''] = texts;
    const { height, hash } = log;
    return slotsOf(account, deposit, withdrawal).map((slot) => ({ ...slot, height, hash }));
  });
  if (users.length === 0 && events.length === 0) throw listEmpty(reader, 'never had a user');
  return foldHistory(events, states, { chain: reader.point.chain, network });
}

async function readUsers(reader: ChainReader): Promise<readonly Address[]> {
  const [answer] = await reader.call([
    encodeFunctionData({ abi, functionName: 'getQualifiedUsers' }),
  ]);
  const data = returned(reader, answer);
  if (size(data) > 32 * (maxListed + 2)) throw listTooLong(reader, 'users');
  const users = decodeOrRefuse(reader, () =>
    decodeAbiParameters(parseAbiParameters('address[]'), data),
  );
  return [...new Set(users[0].map((user) => getAddress(user)))];
}

async function readStates(
  reader: ChainReader,
  users: readonly Address[],
): Promise<readonly SlotState[]> {
  const answers = await reader.call(
    users.map((user) =>
      encodeFunctionData({ abi, functionName: 'getQualifiedUserInfo', args: [user] }),
    ),
  );
  return users.flatMap((user, index) => {
    const [, deposit, withdrawal] = decodeUser(reader, returned(reader, answers[index]));
    return slotsOf(user, abiText(deposit), abiText(withdrawal));
  });
}

function decodeUser(reader: ChainReader, data: `0x${string}`) {
  const [user] = decodeOrRefuse(reader, () => decodeAbiParameters(userInfo, data));
  return user;
}

function slotsOf(account: Address, deposit: string, withdrawal: string): readonly SlotState[] {
  return [
    { role: 'custody', account, purpose: `deposit address for user ${account}`, text: deposit },
    { role: 'other', account, purpose: `withdrawal address of user ${account}`, text: withdrawal },
  ];
}
