import type { BackingEdge, BackingGraph } from '../../reconcile/backingGraph.ts';
import type { EdgeNode, TokenNode } from '../../reconcile/backingTree.ts';
import type { EdgeVerdict } from '../../reconcile/judgeEdge.ts';
import type { GraphCause } from '../graphCauses.ts';
import { formatAmount } from './formatAmount.ts';
import type { Style } from './style.ts';
import { wrapText } from './wrapText.ts';

/** What stands above the graph: the asset's own answer, on which no edge has any bearing. */
export interface GraphHeading {
  readonly id: string;
  readonly name: string;
  readonly symbol: string;
  readonly verdict: string;
  /** Whether all of it tells of a moment in the past that was asked for. */
  readonly isHistoric?: boolean;
  /** 18 decimals; null where not known. */
  readonly reserves: bigint | null;
  /** Why figures of the graph are not known, as `graphCauses` gives it. */
  readonly causes?: readonly GraphCause[];
}

const width = 80;
/** Deeper levels stand no further to the right: the figures need the room. */
const deepest = 20;

/** How `Style` names what it colours. */
const colours: Readonly<Record<EdgeVerdict, string>> = {
  backed: 'backed',
  'in-flight': 'indeterminate',
  'under-backed': 'under-backed',
  unknown: 'indeterminate',
};

/**
 * The backing graph as a tree of 80 columns: reserves, the tokens that they back, the lockboxes that
 * keep some of these, what is minted against each, and so on. What is not known says so.
 */
export function formatGraph(heading: GraphHeading, graph: BackingGraph, style: Style): string {
  const { canonical, detached } = graph.tree;
  const title = `${heading.id}  ${heading.name} (${heading.symbol})`;
  const verdict = heading.isHistoric ? 'historic' : heading.verdict;
  return [
    ...spread(clipMiddle(title, width - 16), verdict.toUpperCase(), 0, {
      left: style.bold,
      right: (text) => style.verdict(verdict, text),
    }),
    '',
    ...spread('Reserves', amountText(heading.reserves), 2, { left: style.bold }),
    ...canonical.flatMap((node) => tokenLines(node, 2, style)),
    ...detachedLines(detached, style),
    '',
    ...summaryLines(heading, graph, style),
    ...causeLines(heading, style),
    ...unreadLines(heading, graph),
  ].join('\n');
}

function tokenLines({ token, amount, lockboxes }: TokenNode, level: number, style: Style) {
  return [
    ...spread(token, amountText(amount), indentOf(level), {}),
    ...lockboxes.flatMap((node): string[] => edgeLines(node, level + 1, style)),
  ];
}

function edgeLines({ edge, copies }: EdgeNode, level: number, style: Style): string[] {
  const indent = indentOf(level);
  const { lockbox, locked, minted, ratio, verdict, reason } = edge;
  const figures = [
    `locked ${amountText(locked)}`,
    `minted ${amountText(minted)}`,
    `ratio ${ratio ?? 'unknown'}`,
  ];
  const isKnown = locked !== null || minted !== null;
  const details = [
    ...(isKnown ? joinParts(figures, indent + 2) : []),
    ...wrapText(reason, width - indent - 2)
      .flatMap((line) => chunk(line, width - indent - 2))
      .map((line) => style.dim(' '.repeat(indent + 2) + line)),
  ];
  return [
    ...spread(`lockbox ${lockbox}`, verdict.toUpperCase(), indent, {
      left: style.bold,
      right: (text) => style.verdict(colours[verdict], text),
    }),
    ...details,
    ...copyLines(copies, level + 1, style),
  ];
}

function copyLines(copies: readonly TokenNode[], level: number, style: Style): string[] {
  return copies.flatMap((copy) =>
    copy.kind === 'canonical' ? partLines(copy, level) : tokenLines(copy, level, style),
  );
}

/** Copies without a known lockbox stand in one list: of none of them can more be said. */
function detachedLines(detached: readonly EdgeNode[], style: Style): string[] {
  const isFound = ({ edge }: EdgeNode) => edge.contract !== null;
  const lost = detached.filter((node) => !isFound(node));
  const found = detached.filter(isFound);
  const heading = (text: string) => ['', `  ${style.bold(text)}`];
  return [
    ...(found.length > 0 ? heading('Not traced back to the reserves') : []),
    ...found.flatMap((node) => edgeLines(node, 2, style)),
    ...(lost.length > 0 ? heading('What backs these is not known: nobody found a lockbox') : []),
    ...lost.flatMap(({ copies }) => copyLines(copies, 2, style)),
  ];
}

/** Its amount stands above, where it is counted. */
function partLines({ token }: TokenNode, level: number): string[] {
  return spread(token, 'a part of it', indentOf(level), {});
}

function summaryLines(heading: GraphHeading, { edges }: BackingGraph, style: Style): string[] {
  if (edges.length === 0) return ['  No copies are listed.'];
  const shown: readonly EdgeVerdict[] = ['backed', 'in-flight', 'under-backed', 'unknown'];
  const counts = shown.flatMap((verdict) => {
    const count = edges.filter((edge) => edge.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${verdict}`];
  });
  return [`  ${style.bold('Edges')}  ${counts.join(', ')}`, ...findingLines(heading, edges, style)];
}

/** One line for each cause, however many figures are missing for it: the report has it in full. */
function causeLines({ causes = [] }: GraphHeading, style: Style): string[] {
  if (causes.length === 0) return [];
  const lines = causes.map(({ chains, code, message }) => {
    const [first = '', ...others] = chains;
    const where = others.length === 0 ? first : `${first} and ${others.length} more`;
    const line = `  - ${where}: ${code}: ${message}`.replaceAll('\n', ' ');
    return line.length <= width ? line : `${line.slice(0, width - 1).trimEnd()}…`;
  });
  return ['', `  ${style.bold('Not read')}`, ...lines];
}

/** An older report does not say why a figure is missing, and no report where to look. */
function unreadLines({ id, causes = [] }: GraphHeading, { tree }: BackingGraph): string[] {
  const isUnread = ({ amount, lockboxes }: TokenNode): boolean =>
    amount === null || lockboxes.some(({ copies }) => copies.some(isUnread));
  const below = tree.detached.flatMap(({ copies }) => copies);
  if (![...tree.canonical, ...below].some(isUnread)) return [];
  const note = `An amount is unknown where no server of its chain gave an answer, or too few the same: assay registry show ${id} tells who is asked, and --rpc CHAIN=URL names others.${causes.length > 0 ? ' With --json each reason is given in full.' : ''}`;
  return ['', ...wrapText(note, width - 2).map((line) => `  ${line}`)];
}

/** Whose loss it is where a lockbox is short: no reader shall take it for the issuer's. */
function findingLines(
  { id, verdict, isHistoric = false }: GraphHeading,
  edges: readonly BackingEdge[],
  style: Style,
): string[] {
  const short = edges.filter((edge) => edge.verdict === 'under-backed');
  if (short.length === 0) return [];
  const items = short.map(({ lockbox, surplus, copies }) => {
    const missing = surplus === null ? 'fewer tokens' : `${formatAmount(-surplus, 18)} tokens less`;
    const holders = copies.length === 1 ? 'its copy' : `its ${copies.length} copies`;
    return `${lockbox} keeps ${missing} than were minted against it: the loss of that bridge and of those who hold ${holders}.`;
  });
  const note = `No finding on the issuer: the answer for ${id} ${isHistoric ? 'was' : 'stays'} ${verdict}.`;
  return [
    '',
    `  ${style.bold(short.length === 1 ? 'Finding' : 'Findings')}`,
    ...items.flatMap((item) =>
      wrapText(item, width - 4)
        .flatMap((line) => chunk(line, width - 4))
        .map((line, index) => `${index === 0 ? '  - ' : '    '}${line}`),
    ),
    ...wrapText(note, width - 4).map((line) => `    ${line}`),
  ];
}

interface Paint {
  readonly left?: (text: string) => string;
  readonly right?: (text: string) => string;
}

/** A text at the left and one at the right edge; on two lines where even a clipped one has no room. */
function spread(left: string, right: string, indent: number, paint: Paint): string[] {
  const plain = (text: string) => text;
  const [paintLeft, paintRight] = [paint.left ?? plain, paint.right ?? plain];
  const room = width - indent - right.length - 2;
  if (room < Math.min(left.length, 24)) {
    return [
      ' '.repeat(indent) + paintLeft(clipMiddle(left, width - indent)),
      ...chunk(right, width - indent).map(
        (piece) => ' '.repeat(width - piece.length) + paintRight(piece),
      ),
    ];
  }
  const text = clipMiddle(left, room);
  const gap = ' '.repeat(width - indent - text.length - right.length);
  return [' '.repeat(indent) + paintLeft(text) + gap + paintRight(right)];
}

function joinParts(parts: readonly string[], indent: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of parts.flatMap((one) => chunk(one, width - indent))) {
    const longer = line === '' ? part : `${line}   ${part}`;
    if (line !== '' && indent + longer.length > width) {
      lines.push(' '.repeat(indent) + line);
      line = part;
    } else {
      line = longer;
    }
  }
  return line === '' ? lines : [...lines, ' '.repeat(indent) + line];
}

/** A token may claim any supply: its digits go on in the next line. */
function chunk(text: string, length: number): string[] {
  const count = Math.ceil(text.length / length);
  return Array.from({ length: count }, (_, at) => text.slice(at * length, (at + 1) * length));
}

/** A long identifier is told by its chain and its end. */
function clipMiddle(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = Math.min(8, Math.floor((length - 1) / 2));
  return `${text.slice(0, length - 1 - end)}…${text.slice(text.length - end)}`;
}

function indentOf(level: number): number {
  return Math.min(level * 2, deepest);
}

function amountText(amount: bigint | null): string {
  return amount === null ? 'unknown' : formatAmount(amount, 18);
}
