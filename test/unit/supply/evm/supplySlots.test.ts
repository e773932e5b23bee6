import { describe, expect, it } from 'vitest';
import {
  commonSupplySlots,
  namespaceSlot,
  parseSupplySlot,
} from '../../../../src/supply/evm/supplySlots.ts';
import { rejectionCode } from '../../../support/rejection.ts';

describe('the slots of a supply', () => {
  it('derives the slot of a namespace as ERC-7201 shows it', () => {
    // The example of the ERC itself.
    expect(namespaceSlot('example.main')).toBe(
      '0x183a6125c38840424c4a85fa12bab2ab606c4b6d0e7cc73c0c06ba5300eab500',
    );
    // As OpenZeppelin writes it down in ERC20Upgradeable.sol.
    expect(namespaceSlot('openzeppelin.storage.ERC20')).toBe(
      '0x52c63247e1f47db19d5ce0460030c497f067ca4cebf71ba98eeadabe20bace00',
    );
  });

  it('lists the common ones once each', () => {
    const slots = commonSupplySlots();
    expect(slots).toHaveLength(27);
    expect(new Set(slots).size).toBe(27);
    expect(slots.at(-1)).toBe('0x52c63247e1f47db19d5ce0460030c497f067ca4cebf71ba98eeadabe20bace02');
  });

  it('reads a slot as a number or in full, and nothing else', async () => {
    const eleven = `0x${'0'.repeat(63)}b`;
    expect(parseSupplySlot('11')).toBe(eleven);
    expect(parseSupplySlot(eleven.replace('b', 'B'))).toBe(eleven);
    for (const text of ['', '-1', '011', '0x0b', '1e3', '100000', `${eleven}0`]) {
      expect(await rejectionCode(() => parseSupplySlot(text))).toBe('INTERNAL_ERROR');
    }
  });
});
