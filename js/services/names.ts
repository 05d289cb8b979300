/** The rules for names of services, endpoints, groups and queues, and the subjects of discovery. */
import { ErrorCode } from "../base/enums";
import { errorFromCode, type NatsError } from "../base/errors";
import type { ServiceVerb } from "./enums";

/** @throws NatsError "BAD API" unless `name` consists of letters, digits, `-` and `_`. */
export function checkName(what: string, name: string): void {
  if (!name) throw refusal(`${what} name required`);
  const bad = /[^-\w]/u.exec(name);
  if (bad) throw refusal(`invalid ${what} name "${name}": the name cannot contain '${bad[0]}'`);
}

/** @throws NatsError "BAD API" unless `version` is a semantic version. */
export function checkVersion(version: string): void {
  if (!/^v?\d+\.\d+\.\d+(-[-.\w]+)?(\+[-.\w]+)?$/.test(version)) {
    throw refusal(`'${version ?? ""}' is not a semver value`);
  }
}

/** @throws NatsError "BAD API" for a subject nobody can subscribe to. */
export function checkSubject(what: string, subject: string): void {
  if (!subject) throw refusal(`${what} cannot be empty`);
  checkSpaces(what, subject);
  const tokens = subject.split(".");
  if (tokens.includes("")) throw refusal(`${what} cannot have empty tokens: '${subject}'`);
  if (tokens.slice(0, -1).includes(">")) throw refusal(`${what} cannot have internal '>': '${subject}'`);
}

/** @throws NatsError "BAD API" for a prefix that cannot stand before a subject. */
export function checkPrefix(prefix: string): void {
  checkSubject("service group", `${prefix}.endpoint`);
}

/** @throws NatsError "BAD API" for a queue group with white space. */
export function checkSpaces(what: string, name: string): void {
  if (/\s/.test(name)) throw refusal(`${what} cannot contain spaces: '${name}'`);
}

/**
 * Subject of a question to all services, to those called `name`, or to the one with `id`. The prefix is not checked:
 * accounts agree on it.
 *
 * @throws NatsError "BAD API" for a name or id that cannot be one, and for an id without a name.
 */
export function controlSubject(verb: ServiceVerb, name = "", id = "", prefix = "$SRV"): string {
  const tokens: string[] = [prefix, verb];
  if (name || id) {
    checkName("control subject", name);
    tokens.push(name);
  }
  if (id) {
    checkName("control subject id", id);
    tokens.push(id);
  }
  return tokens.join(".");
}

export function refusal(message: string): NatsError {
  return errorFromCode(ErrorCode.ApiError, message);
}
