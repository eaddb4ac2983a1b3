import { findPeer, loadPeer } from "../src/peer.ts";

/** A statement about libraries that a program makes: a table, a row each. */
export interface Claim {
  /** What it is called in its page, and behind `npm run claims --`. */
  name: string;
  head: readonly string[];
  rows: readonly Row[];
  /** What is printed under the table, but stands on no page. */
  notes?: () => Promise<string[]>;
  /** It measures time, or waits, or leaves rejections to nobody: tests leave it alone. */
  byHand?: true;
}

export interface Row {
  /** The first cell: which library, and which version of it. */
  title: string;
  isOurs: boolean;
  /** The other cells, or nothing where the library is not installed. */
  see: () => Promise<readonly string[] | undefined>;
}

/** What a table says of a library: finds it out, and gives the cells. */
export type Look<S> = (subject: S) => readonly string[] | Promise<readonly string[]>;

/** Something of a library that is put to the test, with what it is called. */
export interface Subject<S> {
  title: string;
  isOurs: boolean;
  load: () => S | Promise<S | undefined>;
}

export function ours<S>(title: string, subject: S): Subject<S> {
  return { title, isOurs: true, load: () => subject };
}

/** What there is without a peer. The platform's own differs from version to version. */
export function platform<S>(title: string, subject: S): Subject<S> {
  return { title, isOurs: false, load: () => subject };
}

/**
 * Something made from modules of peers, the first of which it is called by.
 *
 * @param make says by its parameters' types, which any will do, what it uses of the modules: the
 *   peers' own types are not at hand where they are not installed
 * @param what of the peer it is, where that is not plain
 */
export function peer<S>(
  specifiers: string | readonly string[],
  make: (...modules: never[]) => S | Promise<S>,
  what?: string,
): Subject<S> {
  const all = typeof specifiers === "string" ? [specifiers] : specifiers;
  const { name, version } = findPeer(all[0]!);
  return {
    title: what === undefined ? `${name} ${version}` : `${what} of ${name} ${version}`,
    isOurs: false,
    load: once(async () => {
      const found = await Promise.all(all.map(loadPeer));
      const modules = found.flatMap((one) => (one === undefined ? [] : [one.module as never]));
      return modules.length < all.length ? undefined : make(...modules);
    }),
  };
}

/** Loads a thing once, however many tables look at it. */
function once<S>(load: () => S): () => S {
  let loaded: { value: S } | undefined;
  return () => (loaded ??= { value: load() }).value;
}

export function rowsOf<S>(subjects: readonly Subject<S>[], look: Look<S>): Row[] {
  return subjects.map(({ title, isOurs, load }) => ({
    title,
    isOurs,
    see: async () => {
      const subject = await load();
      return subject === undefined ? undefined : look(subject);
    },
  }));
}

/** A count of a whole, as pages have it. */
export function outOf(count: number, whole: number): string {
  if (count === 0) return "none";
  return count === whole ? "all" : `${String(count)} of ${String(whole)}`;
}
