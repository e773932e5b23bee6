import type { BitcoinBlock } from '../../devnet/createTimeline.ts';
import { custodyTypes } from '../../devnet/custodyDescriptors.ts';
import { formatDuration } from '../../src/cli/output/formatDuration.ts';
import type { Style } from '../../src/cli/output/style.ts';
import { wrapText } from '../../src/cli/output/wrapText.ts';
import type { DemoAsset } from '../demoAsset.ts';
import type { Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

/** What was built and what is about to be seen. */
export function formatIntroduction(
  world: World,
  scenario: Scenario,
  { tip, now }: { readonly tip: BitcoinBlock; readonly now: number },
  style: Style,
): string {
  const anvils = world.devnet.anvils.map(({ chainId }) => chainId).join(' and ');
  const age = `the newest ${formatDuration(Math.max(0, now - tip.time))} ago`;
  const name = `scenario ${scenario.name}`;
  return [
    style.bold('Do the coins exist that the tokens claim?'),
    '',
    '  Built on this machine, from real nodes and real transactions:',
    `    bitcoind    regtest, ${tip.height} blocks, ${age}`,
    `    anvil       EVM chains ${anvils}`,
    ...world.assets.map((asset) => `    ${asset.id.padEnd(12)}${describeAsset(asset)}`),
    '',
    ...wrapText(`${name}: ${scenario.story}`, 76).map((line, index) =>
      index === 0 ? `  ${style.bold(name)}${line.slice(name.length)}` : `  ${line}`,
    ),
    '',
  ].join('\n');
}

function describeAsset({ addresses, addressesOf, tokens, decimals }: DemoAsset): string {
  const types = custodyTypes.filter((type) => addressesOf(type).length > 0).length;
  const deployed = tokens.length === 1 ? '1 token' : `${tokens.length} tokens`;
  return `${addresses.length} custody addresses of ${types} types, ${deployed} with ${decimals} decimals`;
}
