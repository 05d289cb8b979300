/** Statistics of measured times, in milliseconds. Arithmetic only. */

/** p50, p90, p99 (nearest rank), smallest and greatest of a list that need not be sorted; it must not be empty. */
export function summary(times) {
  if (times.length === 0) throw new Error("no samples to summarise");
  const sorted = Float64Array.from(times).sort();
  const rank = (p) => sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)];
  return { p50: rank(0.5), p90: rank(0.9), p99: rank(0.99), min: sorted[0], max: sorted[sorted.length - 1] };
}

/**
 * Bins from the smallest time to the greatest, each wider than the one before by the same factor, so that `most` would
 * cover them, but none narrower than `step`, the clock's: a narrower one could only be empty.
 */
export function logBins(times, most, step) {
  const { min, max } = summary(times);
  const low = Math.max(min, step);
  const factor = Math.max(max / low, 1.1) ** (1 / most);
  const bins = [];
  for (let from = low; bins.length === 0 || from <= max; ) {
    const to = Math.max(from * factor, from + step);
    bins.push({ from, to, count: 0 });
    from = to;
  }
  for (const time of times) bins.find((bin) => time < bin.to).count += 1;
  return bins;
}
