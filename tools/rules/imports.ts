import { isBuiltin } from "node:module";
import { importsOf, isRelative, packageOf, resolveRelative, type Import } from "../modules.ts";
import type { Finding, Rule } from "../rule.ts";
import type { Manifest, Package, Workspace } from "../workspace.ts";

export const imports: Rule = {
  statement: "Modules import what their package.json declares, and nothing past their package",
  check: (workspace) =>
    workspace.packages.flatMap((own) => [
      ...own.sources.flatMap((file) => checkModule(workspace, own, file, declared(own))),
      ...own.tests.flatMap((file) =>
        checkModule(workspace, own, file, testable(workspace, own), fixturesOf(workspace, own)),
      ),
    ]),
};

function declared({ manifest }: Package): Set<string> {
  return new Set(Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }));
}

/** Tests may use what is installed for them, here or at the root, and their package by its name. */
function testable({ has, read }: Workspace, own: Package): Set<string> {
  const root = has("package.json") ? (JSON.parse(read("package.json")) as Manifest) : undefined;
  const installed = { ...own.manifest.devDependencies, ...root?.devDependencies };
  return new Set([...declared(own), ...Object.keys(installed), own.name]);
}

/** What its tests may share with those of the packages it stands on: fixtures have no public name. */
function fixturesOf({ packages }: Workspace, own: Package): Set<string> {
  const ground = declared(own);
  const below = packages.filter(({ name }) => ground.has(name));
  return new Set(
    below.flatMap(({ tests }) => tests.filter((file) => file.endsWith(".fixture.ts"))),
  );
}

function checkModule(
  { read }: Workspace,
  own: Package,
  file: string,
  allowed: Set<string>,
  fixtures: Set<string> = new Set(),
): Finding[] {
  return importsOf(read(file)).flatMap((found: Import) => {
    if (isRelative(found.specifier) && fixtures.has(resolveRelative(file, found.specifier))) {
      return [];
    }
    const message = problem(own, file, found.specifier, allowed);
    return message === undefined ? [] : [{ file, line: found.line, message }];
  });
}

function problem(
  own: Package,
  file: string,
  specifier: string,
  allowed: Set<string>,
): string | undefined {
  if (isRelative(specifier)) {
    if (resolveRelative(file, specifier).startsWith(`${own.folder}/`)) return undefined;
    return `"${specifier}" leaves the package: import it by the name of its package`;
  }
  if (isBuiltin(specifier) || allowed.has(packageOf(specifier))) return undefined;
  return `"${specifier}" is not declared: add ${packageOf(specifier)} to ${own.manifestFile}`;
}
