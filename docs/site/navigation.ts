import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DefaultTheme } from "vitepress";

type Item = DefaultTheme.SidebarItem;

const docs = join(import.meta.dirname, "..");

/** The pages in the order in which they are best read. */
const FIRST = ["start", "idea", "laws"];
const CONCEPTS = ["parts", "errors-and-limits", "cancel", "resume", "sse-or-websocket"];
const GUIDES = [
  "core",
  "sse",
  "providers",
  "parts",
  "buffers",
  "parsers",
  "flow",
  "ui",
  "ws",
  "resume",
  "testing",
  "cli",
];

const RECIPES: Record<string, readonly string[]> = {
  Servers: ["node-http", "express", "fastify", "hono", "bun", "deno", "workers"],
  "Front ends and frameworks": [
    "react",
    "vue",
    "svelte",
    "sveltekit",
    "nextjs",
    "react-native",
    "use-chat",
  ],
  "With an answer": [
    "voice",
    "tool-loop",
    "structured-output",
    "redaction",
    "thinking",
    "resumable-chat",
    "several-models",
    "tool-cards",
  ],
  "In production": ["deployment"],
  "Moving over": ["from-sdk", "from-ai-sdk", "from-eventsource-parser"],
};

/** What can be folded has a page of its own: without one, VitePress puts a button into a button. */
export function sidebar(): Item[] {
  return [
    { text: "Begin", items: FIRST.map((name) => item(`${name}.md`)) },
    { text: "Concepts", items: CONCEPTS.map((name) => item(`concepts/${name}.md`)) },
    { text: "Guides", items: GUIDES.map((name) => item(`guides/${name}.md`, `@millrace/${name}`)) },
    { text: "Recipes", link: "/recipes/", collapsed: true, items: recipes() },
    { text: "In production", items: rest() },
    { text: "Look up", items: [item("errors.md"), item("glossary.md"), ...reference()] },
    {
      text: "Comparisons",
      link: "/comparisons/",
      collapsed: true,
      items: folder("comparisons"),
    },
    { text: "Specification", items: folder("protocol") },
    { text: "Decisions", link: "/decisions/", collapsed: true, items: folder("decisions") },
  ];
}

function recipes(): Item[] {
  const listed = new Set(Object.values(RECIPES).flat());
  const lost = pagesOf("recipes").filter((file) => !listed.has(file.replace(/\.md$/, "")));
  if (lost.length > 0) throw new Error(`No list of recipes has ${lost.join(", ")}`);
  return Object.entries(RECIPES).map(([text, names]): Item => {
    return { text, items: names.map((name) => item(`recipes/${name}.md`)) };
  });
}

/** A page under its own title, unless the list has a shorter one. */
function item(file: string, text: string = titleOf(file)): Item {
  return { text, link: `/${file.replace(/README\.md$/, "").replace(/\.md$/, "")}` };
}

function titleOf(file: string): string {
  const title = /^# (.*)$/m.exec(readFileSync(join(docs, file), "utf8"))?.[1];
  if (title === undefined) throw new Error(`docs/${file} has no title`);
  return title.replaceAll("`", "");
}

/** The pages of a folder by their names, numbers as numbers. */
function folder(name: string): Item[] {
  return pagesOf(name).map((file) => item(`${name}/${file}`));
}

/** The pages that stand alone and are named nowhere above. */
function rest(): Item[] {
  const named = new Set([...FIRST, "index", "errors", "glossary"]);
  return pagesOf(".")
    .filter((file) => !named.has(file.replace(/\.md$/, "")))
    .map((file) => item(file));
}

function pagesOf(name: string): string[] {
  return readdirSync(join(docs, name))
    .filter((file) => file.endsWith(".md") && file !== "README.md")
    .sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

/** The reference, once it is written. */
function reference(): Item[] {
  if (!existsSync(join(docs, "reference"))) return [];
  const items = GUIDES.map((name): Item => {
    const own = item(`reference/${name}.md`, `@millrace/${name}`);
    if (!existsSync(join(docs, "reference", name))) return own;
    const beneath = pagesOf(`reference/${name}`).map((file) => {
      return item(`reference/${name}/${file}`, `/${file.replace(/\.md$/, "")}`);
    });
    return { ...own, collapsed: true, items: beneath };
  });
  return [{ text: "Reference", link: "/reference/", collapsed: true, items }];
}
