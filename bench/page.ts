// `npm run bench:page`: writes docs/benchmarks.md from the figures that are kept.
import { writeFileSync } from "node:fs";
import { PAGE, pageOf } from "./src/page.ts";
import { FIGURES, readReport } from "./src/report.ts";
import { findWorkloads } from "./src/rows.ts";

writeFileSync(PAGE, await pageOf(readReport(FIGURES), await findWorkloads()));
