/** What errors of one class have in common: see `ErrorCodeEntry`. */
export const input = { status: 400, exit: 3, retry: false } as const;
export const config = { status: 500, exit: 3, retry: false } as const;
export const upstream = { status: 502, exit: 2, retry: false } as const;
export const passing = { status: 503, exit: 2, retry: true } as const;
export const unverified = { status: 422, exit: 1, retry: false } as const;
