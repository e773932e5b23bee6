import { open, rm } from 'node:fs/promises';
import type { BitcoinSource } from '../bitcoin/bitcoinSource.ts';
import { AssayError } from '../core/assayError.ts';
import { type BitcoinNetworkName, bitcoinNetworks } from '../core/bitcoinNetwork.ts';
import { fileUnreadable } from '../core/fileUnreadable.ts';
import { formatTime, UnixTime } from '../core/unixTime.ts';
import { headerLength, showHash } from '../evidence/blockHeader.ts';
import { headersPerRecord } from '../evidence/bundleRecord.ts';
import { type HeaderStore, openHeaderStore } from '../evidence/headerStore.ts';
import { protectedFile } from '../files/errors.ts';
import { holdPath } from '../files/holdAlone.ts';
import { inspect, requireReplaceable } from '../files/outputFile.ts';
import { openHeaderFile } from './headerFile.ts';
import { closeSources, openBitcoinSources } from './openSources.ts';
import { jsonText } from './output/jsonText.ts';
import type { Terminal } from './terminal.ts';

export interface SyncOptions {
  readonly headers: string;
  readonly bitcoin: readonly string[];
  readonly network: BitcoinNetworkName;
  readonly json?: boolean;
}

/** Headers that are read again, so that a reorganisation of that depth heals itself. */
const overlap = 100;

/** Brings a header store up to date, from the first source that can, and answers the exit code. */
export async function syncHeaders(options: SyncOptions, terminal: Terminal): Promise<number> {
  const network = bitcoinNetworks.find(({ name }) => name === options.network);
  if (!network) throw new AssayError('USAGE_INVALID', { message: 'the network is not known' });
  await createStore(options.headers);
  const lock = await holdPath(options.headers, `the header store ${options.headers}`);
  const sources = openBitcoinSources(options.bitcoin, network);
  const file = openHeaderFile(options.headers);
  try {
    const store = openHeaderStore(network, file.headerAt, Math.max(0, file.count - overlap));
    const before = file.count;
    await fill(store, sources, options.headers, before, terminal.signal);
    const { tip, count } = store;
    if (!tip) throw new AssayError('HEADERS_MISSING', { message: 'the store is still empty' });
    const hash = showHash(tip.hash);
    if (options.json) {
      const document = { headers: count, added: count - before, tip: { height: tip.height, hash } };
      terminal.writeOut(jsonText(document));
    } else {
      const when = formatTime(UnixTime(tip.time));
      terminal.writeOut(`${count} headers up to block ${tip.height} of ${when}\n${hash}\n`);
    }
    return 0;
  } finally {
    file.close();
    await closeSources(sources);
    await dropEmpty(options.headers);
    await lock.release();
  }
}

/** A store that holds nothing is none: `reconcile` would take it for one. */
async function dropEmpty(path: string): Promise<void> {
  if ((await inspect(path))?.size === 0) await rm(path, { force: true });
}

/** Each run is checked before it is written: the file never holds a header that was not. */
async function fill(
  store: HeaderStore,
  sources: readonly BitcoinSource[],
  path: string,
  held: number,
  signal: AbortSignal,
): Promise<void> {
  const [reader] = sources;
  if (!reader)
    throw new AssayError('SOURCE_MISSING', { message: 'no Bitcoin source is configured' });
  const tip = await reader.readTip({ signal });
  if (tip.height + 1 < held) {
    throw new AssayError('SOURCE_NOT_READY', {
      message: `${reader.source.id} is at height ${tip.height}, behind the store; nothing was changed`,
    });
  }
  const file = await open(path, 'r+');
  try {
    while (store.count <= tip.height) {
      const from = store.count;
      const count = Math.min(headersPerRecord, tip.height - from + 1);
      const run = await reader.readHeaders(from, count, { signal });
      store.append(run);
      await inFile(path, () => file.write(run, 0, run.length, from * headerLength));
    }
    await inFile(path, () => file.truncate(store.count * headerLength));
  } finally {
    await file.close();
  }
}

/** A store may be empty, or end in part of a header; anything else is somebody's other file. */
async function createStore(path: string): Promise<void> {
  const there = await inspect(path);
  if (there) {
    await requireReplaceable(path, there);
    if (there.size > 0 && there.size < headerLength) {
      throw protectedFile(path, 'is no header store');
    }
  }
  await inFile(path, async () => (await open(path, 'a')).close());
}

/** @throws AssayError FILE_UNREADABLE */
async function inFile(path: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    throw fileUnreadable(`cannot write ${path}`, cause);
  }
}
