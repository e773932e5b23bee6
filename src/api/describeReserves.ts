import type { UnixTime } from '../core/unixTime.ts';
import type { Asset } from '../registry/asset.ts';
import type { StoredAttestation } from '../store/attestationStore.ts';
import { backingStatus } from './backingStatus.ts';
import { describeAttestation, formatAmount } from './describeBacking.ts';
import type { Reserves } from './schemas/reserves.ts';

/**
 * The custody addresses with the amounts of the attestation and the provenance of the registry. An
 * address that the registry no longer lists stays, without custodian: it was counted.
 */
export function describeReserves(asset: Asset, stored: StoredAttestation, now: UnixTime): Reserves {
  const { report } = stored.attestation;
  const listed = new Map(asset.custody.map((custody) => [custody.address, custody]));
  return {
    schema: 'assay.asset-reserves/1',
    asset: report.asset,
    status: backingStatus(stored, now),
    sats: report.reserves.sats,
    btc: formatAmount(report.reserves.sats, 8),
    complete: report.reserves.complete,
    grades: report.reserves.grades,
    point: report.reserves.point,
    moment: report.reserves.moment ?? null,
    observedAt: report.observedAt,
    validUntil: report.validUntil,
    attestation: describeAttestation(stored),
    addresses: report.reserves.addresses.map(({ address, sats, utxos, grade }) => {
      const custody = listed.get(address);
      return {
        address,
        sats,
        btc: formatAmount(sats, 8),
        utxos,
        grade,
        scriptType: custody?.scriptType ?? null,
        custodian: custody?.custodian ?? null,
        provenance: (custody?.provenance ?? []).map((one) => ({ ...one })),
      };
    }),
  };
}
