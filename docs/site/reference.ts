// Writes docs/reference/: a page for each path that users import, out of the comments in its sources.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import {
  Application,
  type DeclarationReflection,
  type ProjectReflection,
  type TypeDocOptions,
} from "typedoc";
import type { PluginOptions } from "typedoc-plugin-markdown";
import { slugOf } from "../../tools/markdown.ts";
import { openWorkspace, type Entry } from "../../tools/workspace.ts";

const docs = join(import.meta.dirname, "..");
const root = join(docs, "..");
const out = join(docs, "reference");
const { packages } = openWorkspace(root);
const entries = packages.flatMap((own) => own.entries);

const options: Partial<TypeDocOptions & PluginOptions> = {
  plugin: ["typedoc-plugin-markdown"],
  entryPoints: entries.map(({ source }) => join(root, source)),
  tsconfig: join(docs, "tsconfig.reference.json"),
  skipErrorChecking: true, // the build checks each package
  excludeInternal: true,
  readme: "none",
  router: "module",
  logLevel: "Warn",
  outputs: [{ name: "markdown", path: out }],
  groupOrder: ["Functions", "Variables", "Classes", "*"],
  disableSources: true,
  hidePageHeader: true,
  hideBreadcrumbs: true,
  expandParameters: true,
  useCodeBlocks: true,
  parametersFormat: "table",
  interfacePropertiesFormat: "table",
  classPropertiesFormat: "table",
  typeAliasPropertiesFormat: "table",
  typeDeclarationFormat: "table",
  pageTitleTemplates: { module: ({ name }) => `@millrace/${name}` },
};

const app = await Application.bootstrapWithPlugins(options);
const project = await app.convert();
if (project === undefined) throw new Error("The sources of the reference cannot be read");
for (const [index, module] of modulesOf(project).entries()) module.name = pathOf(entries[index]!);
rmSync(out, { recursive: true, force: true });
await app.generateOutputs(project);
for (const name of readdirSync(out, { recursive: true, encoding: "utf8" })) {
  if (!name.endsWith(".md")) continue;
  const page = join(out, name);
  writeFileSync(page, withRightAnchors(readFileSync(page, "utf8")));
}
writeFileSync(join(out, "README.md"), contents());
mkdirSync(join(docs, ".generated"), { recursive: true });
writeFileSync(join(docs, ".generated", "places.json"), JSON.stringify(places(project), null, 1));

/** In the order of the entries. */
function modulesOf({ children = [] }: ProjectReflection): DeclarationReflection[] {
  return entries.map(({ source }) => {
    const name = source.replace(/^packages\//, "").replace(/(\/index)?\.ts$/, "");
    const found = children.find((child) => child.name === name);
    if (found === undefined) throw new Error(`The reference has no module for ${source}`);
    return found;
  });
}

/** As in `buffers/languages`. */
function pathOf({ specifier }: Entry): string {
  return specifier.replace("@millrace/", "");
}

/** Where the reference tells of what a source file is named for. */
function places(whole: ProjectReflection): Record<string, string> {
  const found: Record<string, string> = {};
  for (const module of whole.children ?? []) {
    for (const child of module.children ?? []) {
      const file = whole.getSymbolIdFromReflection(child)?.fileName;
      if (file === undefined) continue;
      const source = relative(root, file).replaceAll("\\", "/");
      const own = /([^/]+?)(\/index)?\.ts$/.exec(source)?.[1]?.replaceAll("-", "").toLowerCase();
      if (own !== child.name.toLowerCase()) continue;
      found[source] ??= `${module.name}#${child.name.toLowerCase()}`;
    }
  }
  return found;
}

/** TypeDoc numbers headings that differ in case from a name that has none: those links lose their number. */
function withRightAnchors(text: string): string {
  const slugs = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => slugOf(heading));
  return text.replace(/\]\(#([\w-]+)-(\d+)\)/g, (link, slug: string, count: string) => {
    const times = slugs.filter((other) => other === slug).length;
    return times === 1 && Number(count) > 0 ? `](#${slug})` : link;
  });
}

/** The first page of the reference. */
function contents(): string {
  const lines = packages.map(({ name, manifest, entries: own }) => {
    const [first, ...rest] = own.map((entry) => {
      return `[\`${entry.specifier}\`](./${pathOf(entry)}.md)`;
    });
    const beside = rest.length === 0 ? "" : `<br>${rest.join("<br>")}`;
    return `| ${first ?? name}${beside} | ${manifest.description ?? ""} |`;
  });
  return [
    "# Reference",
    "",
    "Everything that can be imported, from the comments in the sources. Examples are run by the tests.",
    "",
    "| import from | what it is |",
    "| --- | --- |",
    ...lines,
    "",
  ].join("\n");
}
