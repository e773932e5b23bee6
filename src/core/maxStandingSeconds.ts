/**
 * A week, in seconds: the longest that an answer may stand, and the greatest age of the block that it
 * rests on. Nobody signs what is to be shown as now for longer, and nobody takes it.
 */
export const maxStandingSeconds = 604_800;
