import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chatAnswer } from "./answers.fixture.ts";
import { call } from "./in-process.fixture.ts";
import { bundled } from "./program.fixture.ts";

const program = bundled("terminal");
const { run } = program;

const SCRIPT = "/usr/bin/script";
const haveTerminal = process.platform === "linux" && existsSync(SCRIPT);
if (!haveTerminal) console.warn(`NOT tested in a terminal: it takes Linux and ${SCRIPT}.`);

const ESCAPE = "\u001b";

let scratch = "";
beforeAll(async () => (scratch = await mkdtemp(join(tmpdir(), "terminal-"))));
afterAll(() => rm(scratch, { recursive: true }));

/** What a terminal of 80 columns gets to see. */
async function inTerminal(command: string, env: Record<string, string> = {}): Promise<string> {
  const child = spawn(SCRIPT, ["-qec", `stty cols 80; ${command}`, "/dev/null"], {
    cwd: scratch,
    env: {
      PATH: process.env["PATH"],
      TERM: "xterm-256color",
      M: `${process.execPath} ${program.path}`,
      ...env,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let seen = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (seen += text));
  await once(child, "close");
  return seen.replaceAll("\r\n", "\n");
}

// NOT tested without `script`: says so above.
describe.skipIf(!haveTerminal)("in a terminal", () => {
  test("there are colours, unless NO_COLOR or a dumb terminal says otherwise", async () => {
    await writeFile(join(scratch, "a.sse"), chatAnswer("One"));
    expect(await inTerminal("$M inspect a.sse")).toContain(`${ESCAPE}[`);
    for (const env of [{ NO_COLOR: "1" }, { TERM: "dumb" }]) {
      expect(await inTerminal("$M inspect a.sse", env)).not.toContain(ESCAPE);
    }
    expect(await inTerminal("$M inspect a.sse | cat")).not.toContain(ESCAPE);
  });

  test("text that does not end its line leaves the prompt on a line of its own", async () => {
    expect(await inTerminal("printf 'one' | $M replace x y")).toBe("one\n");
    expect(await inTerminal("printf 'one' | $M replace x y | cat")).toBe("one");
  });

  test("control characters in what a model says do nothing", async () => {
    const hostile = `${ESCAPE}]0;owned\\007${ESCAPE}[2J\\rover\\177\\302\\233`;
    const seen = await inTerminal(`printf '${hostile}' | $M replace x y`);
    expect(seen).toBe("␛]0;owned␇␛[2Jover␡\ufffd\n");
    const { out } = await run(["replace", "x", "y"], { input: `${ESCAPE}[2J` });
    expect(out).toBe(`${ESCAPE}[2J`); // in a pipe it is data
  });

  test("every page of help fits into 80 columns", async () => {
    const pages = ["", "ask", "inspect", "replay", "stages", "providers", "sentences", "redact"];
    for (const page of pages) {
      const { out, err, code } = await call(["help", ...(page === "" ? [] : [page])]);
      expect([code, err]).toEqual([0, ""]);
      expect(out).toContain("Usage");
      for (const line of out.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
    }
  });

  test("so do the lists", async () => {
    for (const list of ["stages", "providers"]) {
      const { out } = await call([list]);
      for (const line of out.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
    }
  });
});

describe("help and version", () => {
  test("go to stdout, and exit with 0", async () => {
    const { out, code } = await run(["--version"]);
    expect([code, out]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
    expect(await call(["-h"])).toEqual(await call(["--help"]));
    expect(await call(["ask", "--help"])).toEqual(await call(["help", "ask"]));
    expect((await call(["words", "--help"])).out).toContain("[--locale <tag>]");
  });

  test("of what is not there is an error", async () => {
    expect(await call(["help", "sentance"])).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringContaining("Did you mean sentences?") as string,
    });
  });
});
