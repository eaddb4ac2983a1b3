// On a command line: Node, Bun, Deno.
import { ofNode } from "./cases/node.js";
import { ofSqlite } from "./cases/sqlite.js";
import { portable } from "./portable.js";
import { runCases } from "./run-cases.js";

const withSqlite = process.argv.includes("--sqlite");
const cases = { ...portable, ...ofNode, ...(withSqlite ? ofSqlite : {}) };
console.log(JSON.stringify(await runCases(cases)));
process.exit(); // whatever a case has left open
