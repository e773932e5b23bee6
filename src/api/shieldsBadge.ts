import type { BadgeText } from './badge.ts';
import type { ShieldsBadge } from './schemas/service.ts';

/** Shields.io keeps a badge for at least this long, whatever `cacheSeconds` or headers say. */
export const shieldsKeepsSeconds = 300;

/** A badge as shields.io reads it: https://shields.io/badges/endpoint-badge. */
export function shieldsBadge({ label, message, color, isBacked }: BadgeText): ShieldsBadge {
  return {
    schemaVersion: 1,
    label,
    message,
    color,
    isError: !isBacked,
    cacheSeconds: shieldsKeepsSeconds,
  };
}
