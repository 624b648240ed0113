/** Made on first use and kept: a cold start pays for what the first request needs, in the request. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
