/** Statistics of measured times, in milliseconds. Arithmetic only. */

/** p50, p90, p99 (nearest rank), smallest and greatest of a list that need not be sorted; it must not be empty. */
export function summary(times) {
  if (times.length === 0) throw new Error("no samples to summarise");
  const sorted = Float64Array.from(times).sort();
  const rank = (p) => sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)];
  return { p50: rank(0.5), p90: rank(0.9), p99: rank(0.99), min: sorted[0], max: sorted[sorted.length - 1] };
}

/** `count` bins, each wider than the one before by the same factor, from the smallest time to the greatest. */
export function logBins(times, count) {
  const { min, max } = summary(times);
  const low = Math.max(min, 0.01);
  const high = Math.max(max, low * 1.1);
  const step = Math.log(high / low) / count;
  const bins = Array.from({ length: count }, (_, i) => ({
    from: low * Math.exp(step * i),
    to: low * Math.exp(step * (i + 1)),
    count: 0,
  }));
  for (const time of times) {
    const i = Math.floor(Math.log(Math.max(time, low) / low) / step);
    bins[Math.min(count - 1, i)].count += 1;
  }
  return bins;
}
