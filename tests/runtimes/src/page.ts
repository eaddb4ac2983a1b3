import { format } from "oxfmt";
import type { Results } from "./host.ts";

const BEFORE = `# Runtimes

The packages run unchanged on every runtime with web streams: Node.js from 20.19 on, Bun, Deno, workerd
(Cloudflare Workers) and browsers. This table is written by \`npm run runtimes\` from the results of
[one suite](../tests/runtimes/README.md), which runs everywhere from the packed packages, installed as users
install them.
`;

const AFTER = `✓ holds, ✗ does not, – is not for this runtime: Node.js has SQLite from 22.13 on, and what needs the modules of
Node.js runs on Node.js, Bun and Deno. Node.js 20 is past its end of life; it is kept as a floor that is tested.
Streams shared through Redis and NATS are tested on Node.js only, with the clients that [stores](stores.md) names.
WebKit is Safari's engine, in the build for GTK; in it a stream of the platform has no \`for await\`, those of the packages have.
`;

/** What holds on which runtime, as a page of the docs. */
export async function renderPage(results: ReadonlyMap<string, Results>): Promise<string> {
  const names = new Set([...results.values()].flatMap((found) => Object.keys(found)));
  const rows = [
    ["", ...results.keys()],
    ["-", ...Array.from(results, () => ":-:")],
    ...Array.from(names, (name) => [
      name,
      ...Array.from(results.values(), (found) => markOf(found[name])),
    ]),
  ];
  const table = rows.map((row) => `| ${row.join(" | ")} |`).join("\n");
  return (await format("page.md", `${BEFORE}\n${table}\n\n${AFTER}`)).code;
}

function markOf(result: string | undefined): string {
  if (result === undefined) return "–";
  return result === "" ? "✓" : "✗";
}

/** The runtimes and cases that a page names, whatever it says of them. */
export function shapeOf(page: string): string {
  return page.replaceAll(/ [✓✗–] /g, " ? ");
}
