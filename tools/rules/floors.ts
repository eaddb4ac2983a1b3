import type { Finding, Rule } from "../rule.ts";
import type { Package } from "../workspace.ts";

/** What each package may stand on. Packages of one floor meet by the shapes of values only. */
const FLOORS: Record<string, readonly string[]> = {
  core: [],
  parts: ["core"],
  buffers: ["core"],
  parsers: ["core"],
  sse: ["core"],
  ws: ["core"],
  flow: ["core"],
  resume: ["core"],
  testing: ["core"],
  providers: ["core", "parts", "parsers", "sse", "flow"],
  ui: ["core", "parts", "sse"],
  cli: [
    "core",
    "parts",
    "buffers",
    "parsers",
    "sse",
    "ws",
    "flow",
    "resume",
    "testing",
    "providers",
    "ui",
  ],
};

const SCOPE = "@millrace/";

export const floors: Rule = {
  statement: "Packages stand only on the packages of the floors below them",
  check: ({ packages }) => packages.flatMap(checkPackage),
};

function checkPackage({ name, manifest, manifestFile }: Package): Finding[] {
  const ground = FLOORS[name.slice(SCOPE.length)];
  if (!name.startsWith(SCOPE) || ground === undefined) {
    return [
      { file: manifestFile, message: `${name} has no floor: give it one in tools/rules/floors.ts` },
    ];
  }
  // What the manifest may name, the sources may import: the rule on imports sees to the rest.
  return Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
    .filter((other) => other.startsWith(SCOPE) && !ground.includes(other.slice(SCOPE.length)))
    .map((other) => ({
      file: manifestFile,
      message:
        `${name} must not stand on ${other}, only on ${ground.join(", ") || "nothing"}: ` +
        `take the shape of the value instead, or move the code up a floor`,
    }));
}
