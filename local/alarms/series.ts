/**
 * The values of one metric: in buckets of ten seconds while they are fresh, in minutes afterwards, when nobody asks for their
 * percentiles any more. Sums over days are differences of running totals, so that an alarm on three days costs as little as one
 * on a minute.
 */
export interface Bucket {
  readonly start: number;
  sum: number;
  count: number;
  minimum: number;
  maximum: number;
  last: number;
  /** Running totals of everything before this bucket. */
  readonly sumBefore: number;
  readonly countBefore: number;
  /** For percentiles; a sample once there are many. */
  readonly values: number[];
}

export interface Series {
  put(value: number, now: number): void;
  /** @param statistic see `Metrics.read` */
  read(statistic: string, from: number, until: number): number | undefined;
  /** Start of the newest bucket. */
  latest(): number;
  /** Everything that is kept, for the console. */
  total():
    | { readonly samples: number; readonly sum: number; readonly minimum: number; readonly maximum: number; readonly last: Bucket }
    | undefined;
}

const freshBucketMilliseconds = 10_000;
const oldBucketMilliseconds = 60_000;
const freshMilliseconds = 3 * 3600 * 1000;
const valuesKept = 2000;

export function createSeries(retentionMilliseconds: number): Series {
  const old: Bucket[] = [];
  const fresh: Bucket[] = [];
  let sum = 0;
  let count = 0;

  function age(now: number): void {
    while (fresh.length > 0 && (fresh[0] as Bucket).start < now - freshMilliseconds) {
      const bucket = fresh.shift() as Bucket;
      const start = Math.floor(bucket.start / oldBucketMilliseconds) * oldBucketMilliseconds;
      const into = old.at(-1);
      if (into?.start === start) merge(into, bucket);
      else old.push({ ...bucket, start, values: [] });
    }
    // In one go now and then: taking them off one by one would move all the others each time.
    const expired = firstAtOrAfter(old, now - retentionMilliseconds);
    if (expired > 500) old.splice(0, expired);
  }

  return {
    put(value, now) {
      const start = Math.floor(now / freshBucketMilliseconds) * freshBucketMilliseconds;
      let bucket = fresh.at(-1);
      if (bucket === undefined || bucket.start !== start) {
        bucket = { start, sum: 0, count: 0, minimum: value, maximum: value, last: value, sumBefore: sum, countBefore: count, values: [] };
        fresh.push(bucket);
        age(now);
      }
      sum += value;
      count += 1;
      bucket.sum += value;
      bucket.count += 1;
      if (value < bucket.minimum) bucket.minimum = value;
      if (value > bucket.maximum) bucket.maximum = value;
      bucket.last = value;
      // Reservoir sampling keeps every value equally likely to be among those kept.
      if (bucket.values.length < valuesKept) bucket.values.push(value);
      else {
        const place = Math.floor(Math.random() * bucket.count);
        if (place < valuesKept) bucket.values[place] = value;
      }
    },
    read(statistic, from, until) {
      const oldFirst = firstAtOrAfter(old, from);
      const oldEnd = firstAtOrAfter(old, until);
      const freshFirst = firstAtOrAfter(fresh, from);
      const freshEnd = firstAtOrAfter(fresh, until);
      const begin = oldFirst < oldEnd ? old[oldFirst] : freshFirst < freshEnd ? fresh[freshFirst] : undefined;
      const finish = freshFirst < freshEnd ? fresh[freshEnd - 1] : oldFirst < oldEnd ? old[oldEnd - 1] : undefined;
      if (begin === undefined || finish === undefined) return undefined;
      const total = finish.sumBefore + finish.sum - begin.sumBefore;
      const samples = finish.countBefore + finish.count - begin.countBefore;
      if (statistic === 'Sum') return total;
      if (statistic === 'SampleCount') return samples;
      if (statistic === 'Average') return total / samples;
      return aggregate([...old.slice(oldFirst, oldEnd), ...fresh.slice(freshFirst, freshEnd)], statistic);
    },
    latest: () => fresh.at(-1)?.start ?? old.at(-1)?.start ?? Number.NEGATIVE_INFINITY,
    total() {
      const all = [...old, ...fresh];
      const last = all.at(-1);
      if (last === undefined) return undefined;
      return {
        samples: all.reduce((total, bucket) => total + bucket.count, 0),
        sum: all.reduce((total, bucket) => total + bucket.sum, 0),
        minimum: all.reduce((least, bucket) => Math.min(least, bucket.minimum), Number.POSITIVE_INFINITY),
        maximum: all.reduce((most, bucket) => Math.max(most, bucket.maximum), Number.NEGATIVE_INFINITY),
        last,
      };
    },
  };
}

function merge(into: Bucket, bucket: Bucket): void {
  into.sum += bucket.sum;
  into.count += bucket.count;
  into.minimum = Math.min(into.minimum, bucket.minimum);
  into.maximum = Math.max(into.maximum, bucket.maximum);
  into.last = bucket.last;
}

/** Index of the first bucket that starts at `time` or later; they are in order of time. */
function firstAtOrAfter(buckets: readonly Bucket[], time: number): number {
  let low = 0;
  let high = buckets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((buckets[middle] as Bucket).start < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function aggregate(buckets: readonly Bucket[], statistic: string): number {
  if (statistic === 'Minimum') return buckets.reduce((least, { minimum }) => Math.min(least, minimum), Number.POSITIVE_INFINITY);
  if (statistic === 'Maximum') return buckets.reduce((most, { maximum }) => Math.max(most, maximum), Number.NEGATIVE_INFINITY);
  const percentile = /^p(\d+(?:\.\d+)?)$/.exec(statistic)?.[1];
  if (percentile === undefined) throw new Error(`the statistic ${statistic} is not known to the local system`);
  const values = buckets.flatMap(({ values: kept }) => kept).sort((a, b) => a - b);
  // Nearest rank.
  return values[Math.max(0, Math.ceil((Number(percentile) / 100) * values.length) - 1)] as number;
}
