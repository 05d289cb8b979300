/** The page's two clocks: a frame clock for what must look live, a half-second clock for rates. */

/** Half a second: rates are readable and a minute is 120 points. */
export const SAMPLE = 500;

/** Calls `draw(now)` before the next paint, over and over, while the page is visible. */
export function eachFrame(draw) {
  const step = (now) => {
    draw(now);
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}

/** Calls `sample(seconds)` about twice a second; `seconds` is the time really gone since the call before. */
export function eachSample(sample) {
  let before = performance.now();
  setInterval(() => {
    const now = performance.now();
    sample((now - before) / 1000);
    before = now;
  }, SAMPLE);
}

/** A count's rate per second over the latest second, from samples of the count. */
export class Rate {
  #windows = [];
  #before = 0;

  /** Returns the rate after this sample. A count that has fallen has been started anew. */
  sample(total, seconds) {
    const grown = total < this.#before ? total : total - this.#before;
    this.#before = total;
    this.#windows.push({ grown, seconds });
    if (this.#windows.length > 2) this.#windows.shift();
    const sum = (key) => this.#windows.reduce((all, window) => all + window[key], 0);
    return sum("grown") / sum("seconds");
  }
}
