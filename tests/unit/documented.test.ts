// Every exported member is documented: the test reads the declarations an application's editor reads, and lists each
// declaration and each member without a doc comment.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { parseAst } from "rolldown/parseAst";
import { expect, it } from "vitest";

const ROOT = new URL("../../", import.meta.url).pathname;

/** A node of the syntax tree, as far as this test looks into one. */
interface Node {
  type: string;
  start: number;
  // biome-ignore lint/suspicious/noExplicitAny: each kind of node has members of its own
  [member: string]: any;
}

/** A declaration file: its text and the statements of its syntax tree. */
interface Declarations {
  readonly path: string;
  readonly text: string;
  readonly statements: readonly Node[];
}

/** A declaration, the statement it stands in, and the file of both. */
interface Declared {
  readonly file: Declarations;
  readonly statement: Node;
  readonly node: Node;
}

function parse(path: string, text: string): Declarations {
  const { body } = parseAst(text, { lang: "dts", astType: "ts" }, path) as unknown as { body: Node[] };
  return { path, text, statements: body };
}

const files = new Map<string, Declarations>();

function read(path: string): Declarations {
  const file = files.get(path) ?? parse(path, readFileSync(path, "utf8"));
  files.set(path, file);
  return file;
}

/** The declaration file that an import in `file` names. */
function follow(file: Declarations, source: string): Declarations {
  return read(join(dirname(file.path), source.replace(/\.js$/, ".d.ts")));
}

/** All declarations of `name` in `file` itself: an enum and the namespace that adds to it are two. */
function declarationsIn(file: Declarations, name: string): Declared[] {
  return file.statements.flatMap((statement) => {
    const node = statement.type.startsWith("Export") ? statement.declaration : statement;
    const named = node?.type === "VariableDeclaration" ? node.declarations : [node];
    return named.some((each: Node | null) => each?.id?.name === name) ? [{ file, statement, node }] : [];
  });
}

/** The declarations behind `name` as `file` sees it: its own, or those it imports. */
function find(file: Declarations, name: string): Declared[] {
  const own = declarationsIn(file, name);
  if (own.length > 0) return own;
  for (const { type, source, specifiers } of file.statements) {
    if (!/^(Import|ExportNamed)Declaration$/.test(type) || source === null) continue;
    for (const specifier of specifiers) {
      const [local, remote] = type.startsWith("Import")
        ? [specifier.local, specifier.imported]
        : [specifier.exported, specifier.local];
      if (local.name === name) return find(follow(file, source.value), remote.name);
    }
  }
  return file.statements
    .filter(({ type }) => type === "ExportAllDeclaration")
    .flatMap(({ source }) => find(follow(file, source.value), name));
}

/** All that `file` exports. */
function exportsOf(file: Declarations): Declared[] {
  return file.statements.flatMap((statement): Declared[] => {
    const { type, declaration, source, specifiers } = statement;
    if (type === "ExportAllDeclaration") return exportsOf(follow(file, source.value));
    if (type !== "ExportNamedDeclaration") return [];
    if (declaration) return [{ file, statement, node: declaration }];
    const from = source === null ? file : follow(file, source.value);
    return specifiers.flatMap((each: Node) => find(from, each.local.name));
  });
}

/** Whether a doc comment with words in it ends right before `start`. */
function hasComment({ text }: Declarations, { start }: Node): boolean {
  const before = text.slice(0, start).trimEnd();
  if (!before.endsWith("*/")) return false;
  const comment = before.slice(before.lastIndexOf("/*"));
  return comment.startsWith("/**") && /\w/.test(comment);
}

/** The public members a declaration lists itself. */
function membersOf(node: Node): Node[] {
  switch (node.type) {
    case "TSInterfaceDeclaration":
    case "TSEnumDeclaration":
      return node.body.type === "TSEnumBody" ? node.body.members : node.body.body;
    case "ClassDeclaration":
      return node.body.body.filter(isPublic);
    case "TSModuleDeclaration":
      return node.body.body;
    case "TSTypeAliasDeclaration":
      return membersOf(node.typeAnnotation);
    case "TSTypeLiteral":
      return node.members;
    case "TSIntersectionType":
    case "TSUnionType":
      return node.types.flatMap(membersOf);
    case "TSTypeReference":
      return (node.typeArguments?.params ?? []).flatMap(membersOf);
    default:
      return [];
  }
}

/** A constructor without parameters says nothing its class does not say. */
function isPublic({ key, accessibility, kind, value }: Node): boolean {
  if (key?.type === "PrivateIdentifier" || accessibility === "private") return false;
  return kind !== "constructor" || value.params.length > 0;
}

function nameOf(member: Node): string {
  const node = member.declaration ?? member;
  const key = node.key ?? node.id ?? node.declarations?.[0].id;
  // A constructor of a type literal, or a call signature.
  if (key === undefined) return node.type;
  return key.name ?? key.value ?? `[${key.object.name}.${key.property.name}]`;
}

/** The interfaces and the class that lend their docs to a declaration, as they do in editors. */
function parentsOf({ file, node }: Declared): Declared[] {
  const clauses: Node[] = [...(node.implements ?? []), ...(node.extends ?? [])];
  const parents = node.superClass ? [node.superClass] : [];
  return [...parents, ...clauses.map(({ expression }) => expression)].flatMap(({ name }) => find(file, name));
}

/** Whether a member of this name has a comment: one of its overloads, or the member of a parent. */
function isDocumented(declared: Declared, name: string): boolean {
  const { file, node } = declared;
  const own = membersOf(node).filter((each) => nameOf(each) === name);
  if (own.some((each) => hasComment(file, each))) return true;
  return parentsOf(declared).some((parent) => isDocumented(parent, name));
}

/** The parts of a declaration, counted; those without a comment are listed as `Name` (the declaration) and `Name.member`. */
function undocumented(declared: Declared): { all: number; bare: string[] } {
  const { file, node } = declared;
  const name = nameOf(node);
  const members = membersOf(node);
  const bare = members.map(nameOf).filter((member) => !isDocumented(declared, member));
  // One of several is enough: an overload, or the enum that a namespace adds to.
  const isBare = !find(file, name).some((each) => hasComment(each.file, each.statement));
  return {
    all: members.length + 1,
    bare: [...(isBare ? [name] : []), ...bare.map((member) => `${name}.${member}`)].map(
      (each) => `${relative(ROOT, file.path)}: ${each}`,
    ),
  };
}

function entries(): string[] {
  const { exports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const types = Object.values<{ types?: string }>(exports).flatMap((each) => each.types ?? []);
  return [...new Set(types)].map((path) => join(ROOT, path));
}

it("every exported member has a doc comment", () => {
  expect(entries().filter((path) => !existsSync(path))).toEqual([]);
  const declared = new Map<Node, Declared>();
  for (const path of entries()) for (const each of exportsOf(read(path))) declared.set(each.node, each);
  const results = [...declared.values()].map(undocumented);
  // The reader has seen all of it, and did not stop at an export it does not understand.
  expect(results.reduce((sum, { all }) => sum + all, 0)).toBeGreaterThan(1000);
  expect(results.flatMap(({ bare }) => bare).sort()).toEqual([]);
});

it("a missing comment is found, wherever it is missing", () => {
  const text = `
    export interface Bare { /** Documented. */ one: string; two: number; }
    /** Documented. */
    export type Both = { three: string } & { /** Documented. */ four: string };
    /** Documented. */
    export enum Kinds { /** */ Five = 5 }
    /** Documented. */
    export declare class Thing implements Bare {
      #private;
      constructor(six: number);
      get one(): string;
      two: number;
      /** Documented. */ seven(): void;
      seven(more: string): void;
    }
  `;
  const file = parse(join(ROOT, "some.d.ts"), text);
  expect(exportsOf(file).flatMap((each) => undocumented(each).bare)).toEqual([
    "some.d.ts: Bare",
    "some.d.ts: Bare.two",
    "some.d.ts: Both.three",
    "some.d.ts: Kinds.Five",
    "some.d.ts: Thing.constructor",
    "some.d.ts: Thing.two",
  ]);
});
