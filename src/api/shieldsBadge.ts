import type { BadgeText } from './badge.ts';
import type { ShieldsBadge } from './schemas/service.ts';

/** Shields.io is not to keep a badge for longer than this. */
const cacheSeconds = 60;

export interface Badge {
  readonly text: BadgeText;
  /** Seconds for which it may be shown. */
  readonly standing: number;
}

/** A badge as shields.io reads it: https://shields.io/badges/endpoint-badge. */
export function shieldsBadge({ text, standing }: Badge): ShieldsBadge {
  return {
    schemaVersion: 1,
    label: text.label,
    message: text.message,
    color: text.color,
    isError: !text.isBacked,
    cacheSeconds: Math.min(cacheSeconds, standing),
  };
}
