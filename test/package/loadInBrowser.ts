import { join } from 'node:path';
import vm from 'node:vm';
import { rolldown } from 'rolldown';

/** What a web page has of that which is no part of the language; nothing of it is of Node.js. */
const webGlobals = {
  ...{ TextEncoder, TextDecoder, URL, URLSearchParams, crypto, atob, btoa, structuredClone },
  ...{
    setTimeout,
    clearTimeout,
    queueMicrotask,
    AbortController,
    AbortSignal,
    ReadableStream,
    DecompressionStream,
  },
  // Of one kind with what the encoder gives: a page has one realm as well.
  ...{ Uint8Array, ArrayBuffer, DataView },
};

/**
 * Bundles an entry of the installed package for browsers and runs it where there is nothing of Node.js.
 *
 * @param entry `assay/verify`
 * @throws Error where the bundle would import anything, or the bundler has a doubt
 */
export async function loadInBrowser(
  folder: string,
  entry: string,
): Promise<Record<string, unknown>> {
  const doubts: string[] = [];
  const input = 'entry.js';
  const bundle = await rolldown({
    input,
    cwd: folder,
    platform: 'browser',
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === input ? join(folder, input) : undefined),
        load: (id) => (id.endsWith(input) ? `export * from '${entry}';` : undefined),
      },
    ],
    onLog: (_level, { message }) => void doubts.push(message),
  });
  const { output } = await bundle.generate({ format: 'iife', name: 'assay' });
  await bundle.close();
  const [chunk, ...more] = output;
  // What is loaded later stands in the one chunk as well.
  const imports = [
    ...chunk.imports,
    ...chunk.dynamicImports,
    ...more.map((one) => one.fileName),
  ].filter((name) => name !== chunk.fileName);
  if (imports.length + doubts.length > 0) {
    throw new Error(`the bundle of ${entry} is not whole: ${[...imports, ...doubts].join('; ')}`);
  }
  const page = vm.createContext({ ...webGlobals });
  vm.runInContext(`globalThis.self = globalThis;\n${chunk.code}\nglobalThis.assay = assay;`, page);
  return Object(Reflect.get(page, 'assay'));
}
