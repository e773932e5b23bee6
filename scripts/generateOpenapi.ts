import { buildApp } from '../src/api/app.ts';
import { renderDocument } from '../src/api/contract/renderDocument.ts';
import { UnixTime } from '../src/core/unixTime.ts';
import { createMemoryStore } from '../src/store/memoryStore.ts';
import { keepGenerated } from './keepGenerated.ts';

// The contract depends on no asset, key or time.
const app = await buildApp({
  registry: { assets: new Map(), digest: `0x${'0'.repeat(64)}` },
  store: createMemoryStore(),
  signers: [],
  clock: () => UnixTime(0),
});

await keepGenerated('openapi.yaml', renderDocument(app));
await app.close();
