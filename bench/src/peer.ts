import { readFileSync } from "node:fs";
import importPeer from "../peers/import.mjs";
import type { Contender } from "./workload.ts";

const OLDEST_NODE = 22; // what the peers ask for

const { dependencies } = JSON.parse(
  readFileSync(new URL("../peers/package.json", import.meta.url), "utf8"),
) as { dependencies: Record<string, string> };

/** A module of a peer, with the peer's name and version. */
export interface Peer {
  name: string;
  version: string;
  module: unknown;
}

/** Loads a module of an installed peer, or nothing: tests run without the peers. */
export async function loadPeer(specifier: string): Promise<Peer | undefined> {
  if (Number.parseInt(process.versions.node) < OLDEST_NODE) return undefined;
  const { name, version } = findPeer(specifier);
  try {
    return { name, version, module: await importPeer(specifier) };
  } catch (error) {
    if ((error as { code?: string }).code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

/** The peer that a specifier is of, and its version: installed or not. */
export function findPeer(specifier: string): { name: string; version: string } {
  const name = Object.keys(dependencies).find((peer) => `${specifier}/`.startsWith(`${peer}/`));
  if (name === undefined) throw new Error(`${specifier} is no peer: see bench/peers/package.json`);
  return { name, version: dependencies[name]! };
}

/**
 * A contender made from an installed peer, or none.
 *
 * @param run says by its parameter's type, which any will do, what it uses of the module: the
 *   peer's own types are not at hand where it is not installed
 */
export async function fromPeer(
  specifier: string,
  run: (module: never) => Contender["run"] | Promise<Contender["run"]>,
  label = "",
): Promise<Contender[]> {
  const peer = await loadPeer(specifier);
  if (peer === undefined) return [];
  const title = [peer.name, label, peer.version].filter(Boolean).join(" ");
  return [{ name: title, run: await run(peer.module as never) }];
}
