// Writes the folder of a provider: `npm run new:provider -- lm-studio`.
import { join } from "node:path";
import { fillTemplate } from "./fill-template.ts";

const [name = ""] = process.argv.slice(2);
const folder = join("packages/providers/src", name);
const files = await fillTemplate({ template: "provider", names: { "acme-mill": name }, folder });

console.log(`Written:
${files.map((file) => `  ${file}`).join("\n")}

Next: cd packages/providers && npx vitest --config ../../vitest.config.ts --root . ${name}/
Two tests fail, and one of them says what to do. What comes behind it stands in CONTRIBUTING.md, under
"Add a provider".`);
