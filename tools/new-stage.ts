// Writes a stage on text, its test, and its line in the index: `npm run new:stage -- buffers stanzas`.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fillTemplate, writeFormatted } from "./fill-template.ts";
import { listInIndex } from "./list-in-index.ts";

const [owner = "", name = ""] = process.argv.slice(2);
const folder = join("packages", owner, "src");
const index = join(folder, "index.ts");
const before = readFileSync(index, "utf8"); // throws if there is no such package
const names = { "acme-mills": name, "acme-works": owner };
const files = await fillTemplate({ template: "stage", names, folder });
const stage = name.replace(/-./g, (letters) => letters.slice(1).toUpperCase());
const options = `${stage.charAt(0).toUpperCase()}${stage.slice(1)}Options`;
const line = `export { ${stage}, type ${options} } from "./${name}.ts";`;
await writeFormatted(index, listInIndex(before, `${name}.ts`, line));

console.log(`Written:
${[...files, index].map((file) => `  ${file}`).join("\n")}

Next: cd packages/${owner} && npx vitest --config ../../vitest.config.ts --root . ${name}
Two tests fail, and say what to do. What comes behind it stands in CONTRIBUTING.md, under "Add a
stage".`);
