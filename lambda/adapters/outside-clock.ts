/** Says to a dead-man's switch outside AWS that the way from topic to outside works. The address alone is what it knows us by. */
export async function beat(url: string, timeoutMilliseconds = 5000): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'User-Agent': 'Portiere pager' },
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMilliseconds),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`the dead-man's switch answered ${response.status}`);
}
