import { formatAmount, groupThousands } from '../src/cli/output/formatAmount.ts';
import { AssayError } from '../src/core/assayError.ts';
import { tokenIdParts } from '../src/core/caip.ts';
import { isReadable } from '../src/supply/chainKind.ts';
import { judgeAnswers, type Outcome } from './judgeAnswers.ts';
import type { DeploymentAnswers, ServerAnswer } from './readChain.ts';

const nameWidth = 25;
/** With the longest code of an error beside it, a row has 79 columns. */
const amountWidth = 26;
const outcomes: readonly Outcome[] = ['agree', 'alone', 'differ', 'unread'];

/**
 * What the servers say of an asset's deployments as a table of 80 columns: one row for each deployment,
 * with a row for each server below it.
 */
export function formatAnswers(id: string, deployments: readonly DeploymentAnswers[]): string {
  const rows = deployments.flatMap(({ deployment, answers }) => {
    const { token, decimals } = deployment;
    const { chain, standard } = tokenIdParts(token);
    const told = answers.filter(({ said }) => !(said instanceof AssayError)).length;
    const outcome = `${judgeAnswers(answers)} ${told}/${answers.length}`;
    const none = isReadable(token) ? 'no public server is known' : 'assay cannot read it';
    return [
      ...row(`${chain}/${standard}`, '', outcome),
      ...answers.flatMap((answer) => answerRow(answer, decimals)),
      ...(answers.length === 0 ? [`  ${none}`] : []),
    ];
  });
  return `${[...row(id, 'supply', 'servers, block'), ...rows].join('\n')}\n`;
}

/** How many deployments came out how, in one line. */
export function formatSummary(all: readonly Outcome[]): string {
  const counts = outcomes.map(
    (outcome) => `${all.filter((one) => one === outcome).length} ${outcome}`,
  );
  return `${all.length} deployments: ${counts.join(', ')}\n`;
}

function answerRow({ operator, said }: ServerAnswer, decimals: number): string[] {
  const name = `  ${operator}`;
  if (said instanceof AssayError) return row(name, 'unknown', said.code);
  return row(name, formatAmount(said.amount, decimals), groupThousands(`${said.point.height}`));
}

/** A figure too long for its column goes on lines of its own; it is never cut. */
function row(name: string, amount: string, right: string): string[] {
  const head = clipMiddle(name).padEnd(nameWidth);
  const fits = amount.length <= amountWidth;
  return [
    `${head} ${(fits ? amount : '').padStart(amountWidth)}  ${right}`.trimEnd(),
    ...(fits ? [] : (amount.match(/.{1,76}/g) ?? []).map((piece) => `    ${piece}`)),
  ];
}

function clipMiddle(text: string): string {
  if (text.length <= nameWidth) return text;
  return `${text.slice(0, nameWidth - 9)}…${text.slice(-8)}`;
}
