import { namedProviders } from "@millrace/providers/named";
import { columns } from "../columns.ts";
import { EXIT } from "../failure.ts";
import type { Host } from "../host.ts";
import { readOptions } from "../read-options.ts";
import { toJson } from "../to-json.ts";

export const PROVIDERS_HELP = `
Usage
  millrace providers [--json]

Keys are read from the environment, from the variables that the providers' own
tools read, and never from the command line, which others on this machine see.
`;

/** Prints the table of providers, and which of them have what they need. */
export async function listProviders(
  args: readonly string[],
  { stdout, env }: Host,
): Promise<number> {
  const { values } = readOptions("providers", args, { json: { type: "boolean" } }, false);
  const rows = Object.entries(namedProviders).map(([name, { keys, keyless = false, base }]) => {
    const ready = keyless || keys.some((key) => (env[key] ?? "") !== "");
    return { name, keys, keyless, base: base[0], ready };
  });
  await stdout.write(
    values.json === true
      ? rows.map((row) => `${toJson(row)}\n`).join("")
      : `${columns(
          [
            ["PROVIDER", "READY", "KEY", "WHERE"],
            ...rows.map(({ name, keys, keyless, base, ready }) => [
              name,
              ready ? "yes" : "no",
              `${keys.join(", ")}${keyless ? " (optional)" : ""}`.trim(),
              base,
            ]),
          ],
          "",
        )}\n`,
  );
  return EXIT.fine;
}
