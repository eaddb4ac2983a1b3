import type { Finding, Rule } from "../rule.ts";
import type { Package } from "../workspace.ts";

/** What published packages may need from outside, as a peer dependency, each with its reason. */
const NAMED_PEERS: Record<string, Record<string, string>> = {
  "@millrace/flow": {
    "@opentelemetry/api":
      "figures go where the user's are; only the subpath /opentelemetry loads it",
  },
  "@millrace/testing": { "fast-check": "the laws are properties, and users bring its version" },
  "@millrace/resume": {
    "@nats-io/jetstream": "speaks to the user's NATS; only the subpath /nats loads it",
    "@redis/client": "the user's client; only its shape is used, by the subpath /redis",
    ioredis: "as @redis/client",
    iovalkey: "as @redis/client",
  },
  "@millrace/ws": { ws: "Node has no WebSocket server; only the subpath /node loads it" },
};

/** A program, not a library: what it installs weighs on nobody's bundle. */
const PROGRAMS = new Set(["@millrace/cli"]);

export const dependencies: Rule = {
  statement: "Packages need nothing from outside at run time but the named peers",
  check: ({ packages }) => packages.filter(({ name }) => !PROGRAMS.has(name)).flatMap(checkPackage),
};

function checkPackage({ name, manifest, manifestFile: file }: Package): Finding[] {
  const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = manifest;
  const findings: Finding[] = [];
  for (const [other, range] of Object.entries({ ...dependencies, ...optionalDependencies })) {
    if (!other.startsWith("@millrace/")) {
      findings.push({
        file,
        message: `${other} must not be a dependency: write it, or make it a peer dependency`,
      });
    } else if (range !== "workspace:^") {
      findings.push({ file, message: `${other} must be "workspace:^", not "${range}"` });
    }
  }
  for (const other of Object.keys(peerDependencies)) {
    if (NAMED_PEERS[name]?.[other] === undefined) {
      findings.push({
        file,
        message: `${other} is no named peer: name it, with its reason, in tools/rules/dependencies.ts`,
      });
    }
  }
  return findings;
}
