import type { LocalAccount } from 'viem/accounts';
import { parseToFirstFault } from '../core/parseToFirstFault.ts';
import type { Attestation } from './attestation.ts';
import { buildStatement, type StatementLink, standalone } from './buildStatement.ts';
import { checkLink } from './checkLink.ts';
import { checkReport } from './checkReport.ts';
import { badSignature, malformedAt } from './errors.ts';
import { hashStatement } from './hashStatement.ts';
import { recoverSigner } from './recoverSigner.ts';
import { Report } from './report.ts';
import { toTypedData } from './toTypedData.ts';

/** What signs: a viem account, or anything that signs EIP-712 data as one does. */
export type StatementSigner = Pick<LocalAccount, 'address' | 'signTypedData'>;

/**
 * Signs a report as an EIP-712 statement. What would not verify afterwards is refused: a report that
 * is malformed or contradicts itself, a historic one with a place in a sequence, and a signature that is not the account's.
 *
 * @throws AssayError ATTESTATION_MALFORMED, ATTESTATION_STATEMENT_MISMATCH,
 * ATTESTATION_SIGNATURE_INVALID, JSON_NOT_CANONICAL
 * @example
 * const attestation = await signReport(report, privateKeyToAccount(key));
 */
export async function signReport(
  report: Report,
  account: StatementSigner,
  link: StatementLink = standalone,
): Promise<Attestation> {
  const parsed = parseToFirstFault(Report, report);
  if (!parsed.success) throw malformedAt(parsed.issue);
  checkReport(report);
  checkLink(report, link);
  const statement = buildStatement(report, link);
  const digest = hashStatement(statement);
  const signature = (await account.signTypedData(toTypedData(statement.message))).toLowerCase();
  const signer = await recoverSigner(digest, signature);
  if (signer.toLowerCase() !== account.address.toLowerCase()) {
    throw badSignature(`is by ${signer}, not by the account ${account.address}`);
  }
  return { schema: 'assay.attestation/1', statement, signature, signer, report };
}
