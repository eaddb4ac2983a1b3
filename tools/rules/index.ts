import type { Rule } from "../rule.ts";
import { apiReports } from "./api-reports.ts";
import { dependencies } from "./dependencies.ts";
import { documented } from "./documented.ts";
import { excerpts } from "./excerpts.ts";
import { floors } from "./floors.ts";
import { hostImports } from "./host-imports.ts";
import { importTime } from "./import-time.ts";
import { imports } from "./imports.ts";
import { indexFiles } from "./index-files.ts";
import { leftOut } from "./left-out.ts";
import { links } from "./links.ts";
import { manifests } from "./manifests.ts";
import { scripts } from "./scripts.ts";
import { sizes } from "./sizes.ts";
import { tarballs } from "./tarballs.ts";
import { text } from "./text.ts";
import { treeShaking } from "./tree-shaking.ts";
import { unused } from "./unused.ts";
import { workflows } from "./workflows.ts";

/** The slow ones first: they run beside the others. */
export const rules: readonly Rule[] = [
  unused,
  tarballs,
  sizes,
  treeShaking,
  floors,
  dependencies,
  imports,
  manifests,
  indexFiles,
  documented,
  hostImports,
  importTime,
  apiReports,
  text,
  links,
  excerpts,
  workflows,
  scripts,
  leftOut,
];
