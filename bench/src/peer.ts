import { readFileSync } from "node:fs";
import importPeer from "../peers/import.mjs";
import type { Contender } from "./workload.ts";

const OLDEST_NODE = 22; // what the peers ask for

const { dependencies } = JSON.parse(
  readFileSync(new URL("../peers/package.json", import.meta.url), "utf8"),
) as { dependencies: Record<string, string> };

/**
 * A contender made from an installed peer, or none: tests run without the peers.
 *
 * @param run says by its parameter's type, which any will do, what it uses of the module: the
 *   peer's own types are not at hand where it is not installed
 */
export async function fromPeer(
  specifier: string,
  run: (module: never) => Contender["run"] | Promise<Contender["run"]>,
  label = "",
): Promise<Contender[]> {
  if (Number.parseInt(process.versions.node) < OLDEST_NODE) return [];
  const name = Object.keys(dependencies).find((peer) => `${specifier}/`.startsWith(`${peer}/`));
  if (name === undefined) throw new Error(`${specifier} is no peer: see bench/peers/package.json`);
  let module: unknown;
  try {
    module = await importPeer(specifier);
  } catch (error) {
    if ((error as { code?: string }).code === "ERR_MODULE_NOT_FOUND") return [];
    throw error;
  }
  const title = [name, label, dependencies[name]].filter(Boolean).join(" ");
  return [{ name: title, run: await run(module as never) }];
}
