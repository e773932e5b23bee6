import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { AssayError } from './core/assayError.ts';
import { fileUnreadable } from './core/fileUnreadable.ts';
import { describeJsonFault, readJson } from './core/readJson.ts';
import type { JsonBounds } from './core/scanJson.ts';

/** What the environment sets, all of it optional; command line options win over it. */
export interface Environment {
  /** ASSAY_REGISTRY: the registry's directory. */
  readonly registry: string | undefined;
  /** ASSAY_KEYSTORE: the signing key's file. */
  readonly keystore: string | undefined;
  /** ASSAY_PASSPHRASE_FILE: where its passphrase stands. A passphrase itself is never taken. */
  readonly passphraseFile: string | undefined;
  /** ASSAY_SIGNERS: addresses trusted by `verify`, separated by commas. */
  readonly signers: readonly string[];
  /** NO_COLOR is set: output has no colours. */
  readonly noColor: boolean;
}

/** Reads the environment; nothing else in assay does. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Environment {
  return {
    registry: env.ASSAY_REGISTRY || undefined,
    keystore: env.ASSAY_KEYSTORE || undefined,
    passphraseFile: env.ASSAY_PASSPHRASE_FILE || undefined,
    signers: (env.ASSAY_SIGNERS ?? '').split(/[\s,]+/).filter((signer) => signer !== ''),
    noColor: Boolean(env.NO_COLOR),
  };
}

const path = z.string().min(1).max(4096);
const url = z.string().min(1).max(2048);

/** What Fastify takes for a proxy: an address, a network by its prefix, or one of three names. */
const proxy = z
  .string()
  .max(64)
  .refine((text) => {
    if (/^(loopback|linklocal|uniquelocal)$/.test(text)) return true;
    const [, address = '', prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
    const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
    return Number(prefix ?? 0) <= most;
  }, 'must be an address, or a network such as 10.0.0.0/8');

/** The config file of `assay serve`. Paths are relative to the file. */
export const ServiceConfig = z.strictObject({
  $schema: z.string().optional(),
  /** The registry's directory; default: the one that ships with assay. */
  registry: path.optional(),
  /** Ids of the assets to audit; default: all of the registry. */
  assets: z.array(z.string().min(1).max(64)).min(1).optional(),
  /** Bitcoin sources; default: the public ones. */
  bitcoin: z.array(url).min(1).optional(),
  /** EVM sources by CAIP-2 chain; default: the public ones. */
  rpc: z.record(z.string().min(1).max(41), z.array(url).min(1)).optional(),
  quorum: z.int().min(1).max(100).optional(),
  pairing: z.enum(['aligned', 'finalized']).default('aligned'),
  /** Whether to read what issuer and feeds claim, and show it beside what was found. */
  claims: z.boolean().default(false),
  /** Whether to read lockboxes and bridged copies too, and show what backs the copies. */
  graph: z.boolean().default(false),
  /** Seconds from the start of one round of audits to the start of the next. */
  intervalSeconds: z.int().min(1).max(86_400).default(600),
  /** Where the evidence of the audits is kept; left out, none is made. */
  evidence: z
    .strictObject({
      directory: path,
      /** How many bundles are kept; the oldest go first. */
      keep: z.int().min(1).max(1_000_000).default(1_000),
      /** A header store: bundles then lean on it, and have no headers of their own. */
      headers: path.optional(),
    })
    .optional(),
  /**
   * How far the machine's clock may be from what its steady clock, the chains or the last attestation make
   * of it, in seconds; past that nothing is signed.
   */
  maxClockDriftSeconds: z.int().min(1).max(3600).default(120),
  keystore: path,
  passphraseFile: path,
  listen: z
    .strictObject({
      host: z.string().min(1).max(253).default('127.0.0.1'),
      port: z.int().min(0).max(65_535).default(8080),
    })
    .prefault({}),
  /** Proxies of one's own whose X-Forwarded-For is believed: addresses or networks. */
  trustProxy: z.array(proxy).optional(),
});

export type ServiceConfig = z.infer<typeof ServiceConfig>;

/** @throws AssayError FILE_UNREADABLE, CONFIG_INVALID naming every place that is wrong */
export async function loadServiceConfig(file: string): Promise<ServiceConfig> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw fileUnreadable(`cannot read ${file}`, cause);
  }
  const config = parseServiceConfig(text, file);
  const base = dirname(resolve(file));
  return {
    ...config,
    keystore: resolve(base, config.keystore),
    passphraseFile: resolve(base, config.passphraseFile),
    ...(config.registry === undefined ? {} : { registry: resolve(base, config.registry) }),
    ...(config.evidence && { evidence: resolveEvidence(base, config.evidence) }),
  };
}

function resolveEvidence(
  base: string,
  { directory, headers, ...rest }: NonNullable<ServiceConfig['evidence']>,
): NonNullable<ServiceConfig['evidence']> {
  return {
    ...rest,
    directory: resolve(base, directory),
    ...(headers === undefined ? {} : { headers: resolve(base, headers) }),
  };
}

/** A config file is short; each place that is wrong in it is named. */
const configBounds: JsonBounds = {
  length: 1_000_000,
  depth: 16,
  values: 10_000,
  members: 1000,
  string: 10_000,
};

function parseServiceConfig(text: string, file: string): ServiceConfig {
  const reading = readJson(text, configBounds);
  if (!reading.ok) {
    const message = `${file} is not JSON (${describeJsonFault(reading.fault)})`;
    throw new AssayError('CONFIG_INVALID', { message });
  }
  const parsed = ServiceConfig.safeParse(reading.value);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.map(
    (issue) => `/${issue.path.map(String).join('/')}: ${issue.message}`,
  );
  throw new AssayError('CONFIG_INVALID', { message: `${file}: ${places.join('; ')}` });
}
