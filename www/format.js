/** Numbers, sizes and times as people read them. Knows nothing of NATS. */

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** `12345` → `12,345`. */
export function count(n) {
  return whole.format(n);
}

/** `1` → `1 message`, `2` → `2 messages`. */
export function counted(n, noun) {
  return `${count(n)} ${noun}${n === 1 ? "" : "s"}`;
}

/** A rate per second: one decimal below ten, so that slow traffic does not read as none. */
export function rate(perSecond) {
  if (perSecond > 0 && perSecond < 10) return (Math.round(perSecond * 10) / 10).toString();
  return whole.format(perSecond);
}

/** Bytes with binary steps: `1536` → `1.5 KiB`. */
export function bytes(n) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  let value = n;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/** A duration given in milliseconds: `0.42 ms`, `12.3 ms`, `3.21 s`. */
export function duration(ms) {
  if (ms < 1) return `${ms.toFixed(2)} ms`;
  if (ms < 100) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${ms.toFixed(0)} ms`;
  return `${(ms / 1000).toFixed(2)} s`;
}

/** Local time of day with milliseconds, of a number as `Date.now()` gives it. */
export function clock(at) {
  const date = new Date(at);
  const two = (n) => String(n).padStart(2, "0");
  const ms = String(date.getMilliseconds()).padStart(3, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`;
}
