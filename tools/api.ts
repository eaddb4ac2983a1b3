// Writes the report of every package's public interface.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { apiReport, reportFile } from "./api-report.ts";
import { openWorkspace } from "./workspace.ts";

const workspace = openWorkspace(join(import.meta.dirname, ".."));
for (const own of workspace.packages) {
  writeFileSync(join(workspace.root, reportFile(own)), apiReport(workspace, own));
}
