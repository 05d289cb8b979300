// Running a program so that the person in front of the screen always sees what goes on. Owns child processes that
// end by themselves; servers that stay up belong to their own files.

import { spawn } from "node:child_process";
import { constants, setPriority } from "node:os";
import { Refusal } from "./refusal.mjs";

const ROOT = new URL("..", import.meta.url).pathname;
const QUIET_MS = 2_000;
const NEWS_MS = 15_000;
const live = Boolean(process.stderr.isTTY) && !process.env.CI;

/**
 * Runs `command` to its end and resolves with its output. Anything over two seconds is announced with a clock that
 * goes on counting and the latest line of output.
 *
 * @param {string} title what it does, for the screen
 * @param {string} command
 * @param {string[]} args
 * @param {{cwd?: string, env?: Record<string, string>, stream?: boolean, allowFailure?: boolean, background?: boolean, hint?: string}} [options]
 *   `stream`: output goes straight to the screen as well; `allowFailure`: resolve whatever the exit code; `background`:
 *   others may run beside it, so it lets them go first on the processor; `hint`: what to do when it fails
 * @returns {Promise<{code: number, stdout: string, stderr: string, seconds: number}>}
 * @throws {Refusal} when the program is missing or, without `allowFailure`, fails: with its command line and output
 */
export function step(title, command, args, options = {}) {
  const started = Date.now();
  const seconds = () => (Date.now() - started) / 1000;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? ROOT,
      env: { ...process.env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    if (options.background && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
    const abandon = () => child.kill();
    process.once("exit", abandon);
    let stdout = "";
    let stderr = "";
    let latest = "";
    const clock = announce(title, seconds, () => latest, options.stream === true);
    const read = (pipe, keep) => {
      pipe.setEncoding("utf8");
      pipe.on("data", (text) => {
        keep(text);
        if (options.stream) process.stdout.write(text);
        latest =
          text
            .trimEnd()
            .split(/[\r\n]/)
            .pop() || latest;
      });
    };
    read(child.stdout, (text) => {
      stdout += text;
    });
    read(child.stderr, (text) => {
      stderr += text;
    });
    child.on("error", (error) => {
      clock.stop(false);
      const why = error.code === "ENOENT" ? `${command} is not installed` : error.message;
      reject(new Refusal(`${title}: ${why}${hintLine(options.hint)}`));
    });
    child.on("close", (status, signal) => {
      process.off("exit", abandon);
      const code = status ?? 1;
      clock.stop(code === 0);
      if (code === 0 || options.allowFailure) return resolve({ code, stdout, stderr, seconds: seconds() });
      const output = options.stream ? "" : `\n${`${stdout}${stderr}`.trimEnd()}`;
      const how = signal ? `ended by ${signal}` : `exit code ${code}`;
      reject(
        new Refusal(`${title} failed (${how}): ${[command, ...args].join(" ")}${output}${hintLine(options.hint)}`),
      );
    });
  });
}

/** Says on the screen that something is done that is no child process. */
export function say(line) {
  console.error(line);
}

function hintLine(hint) {
  return hint ? `\n${hint}` : "";
}

function announce(title, seconds, latest, streaming) {
  let said = false;
  let next = QUIET_MS;
  const width = (process.stderr.columns ?? 100) - 1;
  const tick = () => {
    const ms = seconds() * 1000;
    if (ms < next) return;
    if (live && !streaming) {
      const line = `  ${title} … ${seconds().toFixed(0)} s  ${latest()}`;
      process.stderr.write(`\r\x1b[2K${line.slice(0, width)}`);
      said = true;
      return;
    }
    say(said ? `  ${title} … ${seconds().toFixed(0)} s  ${streaming ? "" : latest()}`.trimEnd() : `  ${title} …`);
    said = true;
    next += NEWS_MS;
  };
  const timer = setInterval(tick, 500);
  return {
    stop(fine) {
      clearInterval(timer);
      if (live && !streaming && said) process.stderr.write("\r\x1b[2K");
      if (said) say(`  ${title}: ${fine ? "done" : "failed"} after ${seconds().toFixed(1)} s`);
    },
  };
}
