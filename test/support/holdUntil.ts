/** Holds the first callers until `count` of them have come; later ones pass. */
export function holdUntil(count: number): () => Promise<void> {
  let came = 0;
  let release: () => void = () => undefined;
  const all = new Promise<void>((resolve) => {
    release = resolve;
  });
  return async () => {
    if (++came >= count) release();
    await all;
  };
}
