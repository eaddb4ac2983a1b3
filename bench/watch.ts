// `npm run bench:watch -- fresh.json`: says which figures of ours are worse by more than a fifth than those
// that the documentation shows. It warns only: what a busy machine measures is no reason to fail.
import { FIGURES, readReport } from "./src/report.ts";
import { sentenceOf, whatGotWorse } from "./src/watch.ts";

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("Name a file that `npm run bench -- --json <file>` wrote");

const worse = whatGotWorse(readReport(FIGURES), readReport(file));
const mark = process.env["GITHUB_ACTIONS"] === "true" ? "::warning title=Slower::" : "! ";
for (const one of worse) console.log(mark + sentenceOf(one));
console.log(
  worse.length === 0
    ? "No figure is worse by more than a fifth"
    : `${String(worse.length)} are worse by more than a fifth`,
);
