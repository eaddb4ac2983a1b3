import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chatAnswer } from "../answers.fixture.ts";
import { call } from "../in-process.fixture.ts";
import { bundled, until } from "../program.fixture.ts";
import { expectations, folder, haveRecordings } from "../recordings.fixture.ts";

const program = bundled("inspect");
const { run, start } = program;

let scratch = "";
beforeAll(async () => (scratch = await mkdtemp(join(tmpdir(), "inspect-"))));
afterAll(() => rm(scratch, { recursive: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(scratch, name);
  await writeFile(path, content);
  return path;
}

/** As a terminal has it, by and large: wide letters take two columns, marks none. */
function widthOf(line: string): number {
  const wide = line.match(/\p{Script=Han}|\p{Emoji_Presentation}/gu)?.length ?? 0;
  return Array.from(line.replace(/\p{Mark}/gu, "")).length + wide;
}

/** What `--json` says, by kind. */
async function told(args: string[]) {
  const { out, ...ended } = await call(["inspect", "--json", ...args]);
  const lines = out.split("\n").filter((line) => line !== "");
  const all = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const of = (kind: string) => all.filter((line) => line["kind"] === kind);
  return { ...ended, all, of, summary: of("summary")[0] ?? {} };
}

describe("the timeline", () => {
  test("has the events with their parts, and runs of deltas in one line", async () => {
    const path = await file("good.sse", `: hello\n\n${chatAnswer("One ", "two ", "three")}`);
    const { out, code } = await run(["inspect", path]);
    expect(code).toBe(0);
    const lines = out.replace(path, "good.sse").split("\n");
    expect(lines.map((line) => line.trimEnd())).toEqual([
      "       @8             comment  hello",
      "      @69  #1         message  text-start text-0",
      '                               text-delta text-0 "One "',
      '     @129  #2-3       message  text-delta text-0 9 chars "two three"',
      "     @257  #4         message  text-end text-0",
      "     @271  #5         message  finish stop (stop)",
      "",
      "good.sse",
      "  format   server-sent events, openai-chat (guessed)",
      "  size     271 bytes, 5 events, 1 comment",
      "  answer   13 characters of text",
      "  finish   stop",
      "  defects  none",
      "",
    ]);
  });

  test("fits into 80 columns, whatever is in it, and shows control characters", async () => {
    const wide = chatAnswer(
      "水车在转动".repeat(60),
      "👩🏽‍🌾".repeat(50),
      "\u001b[2J\u0007x".repeat(50),
    );
    const named = `event: \u001b[2J\ndata: {}\n\n${wide}`;
    const { out } = await call(["inspect", "--all", await file("wide.sse", named)]);
    expect(out).toContain("␛");
    expect(out).not.toContain("\u001b");
    for (const line of out.split("\n")) expect(widthOf(line)).toBeLessThanOrEqual(80);
  });

  test("is there while the stream comes", async () => {
    const running = start(["inspect", "-"]);
    const [first, second, ...rest] = chatAnswer("One ", "two").split(/(?<=\n\n)/);
    running.process.stdin!.write(first);
    await until(() => running.said.out.includes("text-start"));
    running.process.stdin!.end([second, ...rest].join(""));
    expect((await running.ended).code).toBe(0);
  });
});

describe("defects", () => {
  const GOOD = chatAnswer("Once ", "upon");
  const chunk = (fields: object) => `data: ${JSON.stringify(fields)}\n\n`;

  test.each([
    ["no blank line ends it", GOOD.slice(0, -1), /no blank line ends the last event/],
    ["it breaks off", GOOD.slice(0, 130), /truncated|malformed/],
    ["an event is no JSON", `data: {"a"\n\n${GOOD}`, /malformed-event/],
    ["an error comes", `${chunk({ choices: [] })}${chunk({ error: { message: "No." } })}`, /No\./],
    [
      "lines are no fields",
      `${GOOD.slice(0, -14)}<html>504</html>\n\ndata: [DONE]\n\n`,
      /no fields/,
    ],
    [
      "arguments break off",
      chunk({
        choices: [
          {
            index: 0,
            delta: {
              tool_calls: [{ index: 0, id: "c", function: { name: "f", arguments: '{"a' } }],
            },
            finish_reason: "length",
          },
        ],
      }) + "data: [DONE]\n\n",
      /call to f is truncated/,
    ],
    ["a line is no JSON", '{"model":"m","message":{},"done":false}\n{"x\n', /a line is no JSON/],
    ["an array breaks off", '[{"candidates":[]},\n{"a', /framing: /],
    ["a frame is too short", new Uint8Array(40), /framing: .*checksum/],
  ])("%s: exits with 1", async (name, content, message) => {
    const { code, of, summary } = await told([await file(`${name}.bin`, content)]);
    expect(code).toBe(1);
    expect(
      of("defect")
        .map(({ what }) => what)
        .join("\n"),
    ).toMatch(message);
    expect(summary["defects"]).toBe(of("defect").length);
  });

  test("what is behind the end is a note, not a defect", async () => {
    const { code, summary } = await told([await file("twice.sse", GOOD + GOOD)]);
    expect(code).toBe(0);
    expect(summary["notes"]).toEqual({ "behind the end of the answer: an event": 4 });
  });

  test.each([
    ["a file that is not there", ["no-such-file"], 3, /Cannot read no-such-file: ENOENT/],
    ["a folder", ["/"], 3, /Cannot read \/: EISDIR/],
    ["nothing", ["-"], 1, /nothing in it/],
    ["no file", [], 2, /Name a file/],
    ["a framing that is none", ["-", "--framing", "xml"], 2, /one of sse, ndjson/],
    ["a format that is none", ["-", "--format", "xml"], 2, /one of openai-chat/],
    ["an option that is none", ["-", "--loud"], 2, /Unknown option '--loud'/],
    ["a gap that is none", ["-", "--gap", "x"], 2, /--gap must be a number, 0 or more, not "x"/],
    ["times for two files", ["a", "b", "--timing", "t"], 2, /--timing is for one file/],
    ["a file that is to be kept", ["a", "--save", "b"], 2, /--save is for what comes in/],
    ["times that are not there", ["/dev/null", "--timing", "none"], 3, /Cannot read none: ENOENT/],
  ])("%s", async (_, args, expected, message) => {
    const { code, err } = await call(["inspect", ...args], { input: "" });
    expect([code, err]).toEqual([expected, expect.stringMatching(message)]);
  });

  test("what looks like nothing that is known is said to be so", async () => {
    const { code, err } = await call(["inspect", await file("page.html", "<html></html>")]);
    expect([code, err]).toEqual([1, expect.stringContaining("looks like no stream")]);
  });
});

describe("what is said of a stream", () => {
  test("knows the format that it is told", async () => {
    const path = await file("told.sse", chatAnswer("One"));
    const { out } = await run(["inspect", "--summary", "--framing", "sse", path]);
    expect(out).toContain("openai-chat (guessed)");
    const told = await run(["inspect", path, "--framing", "sse", "--format", "openai-chat"]);
    expect(told.out).toContain("format   server-sent events, openai-chat\n");
  });

  test("where its format is not known, has its events, retries and errors", async () => {
    const content = 'retry: 50\ndata: {"mill":1}\n\nevent: error\ndata: "No."\n\n';
    const { code, of, summary } = await told([await file("strange.sse", content)]);
    expect(code).toBe(1);
    expect(of("format")).toMatchObject([{ framing: "sse" }]);
    expect(of("event").map(({ name, text }) => [name, text])).toEqual([
      ["retry", "50 ms"],
      ["message", '{"mill":1}'],
      ["error", "No."],
    ]);
    expect(of("defect")).toMatchObject([{ what: "error: No." }]);
    expect(summary).toMatchObject({ events: 2, asides: 1, defects: 1 });
  });

  test("counts comments before everything else, and shows so many of them", async () => {
    const path = await file("patient.sse", `${": wait\n\n".repeat(70)}${chatAnswer("One")}`);
    const { of, summary } = await told([path]);
    expect(summary).toMatchObject({ asides: 70, events: 3, defects: 0 });
    expect(of("event").filter(({ name }) => name === "comment")).toHaveLength(64);
  });

  test("is no longer the more is wrong with it", async () => {
    const [first = ""] = chatAnswer("One").split(/(?<=\n\n)/);
    const path = await file("broken.sse", first + "data: {\n\n".repeat(1_200));
    const { code, out } = await run(["inspect", "--summary", path]);
    expect(code).toBe(1);
    expect(out).toMatch(/ {4}and 1,150 more\n/);
    expect(out.split("\n").length).toBeLessThan(150);
  });

  test("keeps to itself what would fill a screen of notes", async () => {
    const kinds = Array.from({ length: 300 }, (_, kind) => `data: {"type":"data-${kind}"}\n\n`);
    const content = `data: {"type":"start"}\n\n${kinds.join("")}data: {"type":"finish"}\n\n`;
    const { summary } = await told([await file("notes.sse", content), "--format", "ai-sdk-ui"]);
    const notes = summary["notes"] as Record<string, number>;
    expect(Object.keys(notes).length).toBeLessThan(300);
    expect(Object.values(notes).reduce((sum, count) => sum + count, 0)).toBe(300);
    expect(notes["and others"]).toBeGreaterThan(0);
  });
});

describe("times", () => {
  test("come from the file beside it", async () => {
    const events = chatAnswer("One ", "two").split(/(?<=\n\n)/);
    const path = await file("timed.sse", events.join(""));
    const delays = [0.25, 0.1, 2, 0.05];
    const lines = events.map((event, index) => `${delays[index] ?? 0} ${event.length}\n`);
    await file("timed.sse.timing", lines.join(""));
    const { of, summary } = await told([path]);
    expect(of("event").map(({ ms }) => Math.round(ms as number))).toEqual([250, 350, 2350, 2400]);
    expect(of("gap").map(({ milliseconds }) => milliseconds)).toEqual([2000]);
    expect(summary["figures"]).toMatchObject({ timeToFirstText: 0.25 });
    const { out } = await call(["inspect", path]);
    expect(out).toMatch(/^ {2}0\.250 s {2}#1/);
    expect(out).toContain("-- 2.00 s of silence --");
    expect(out).toContain("first text after 250 ms");
  });

  test("are not shown in a summary, which has figures of them", async () => {
    const usage = { prompt_tokens: 3, completion_tokens: 40, total_tokens: 43 };
    const events = chatAnswer("One ", "two").split(/(?<=\n\n)/);
    events.splice(-1, 0, `data: ${JSON.stringify({ choices: [], usage })}\n\n`);
    const path = await file("figures.sse", events.join(""));
    await file("figures.sse.timing", events.map((event) => `2 ${event.length}\n`).join(""));
    const { out } = await run(["inspect", "--summary", path]);
    expect(out).toMatch(/timing .*first text after/);
    expect(out).toMatch(/pace .*tokens\/s/);
    expect(out).not.toContain("of silence");
  });

  test("that end before the file does are those of all that is left", async () => {
    const answer = chatAnswer("One ", "two");
    const path = await file("short.sse", answer);
    await file("short.sse.timing", "1 10\n1 10\n");
    const { of, summary } = await told([path]);
    expect(of("event").map(({ ms }) => ms)).toEqual([2_000, 2_000, 2_000, 2_000]);
    expect(summary["bytes"]).toBe(answer.length);
  });

  test("of an answer without text have no first text", async () => {
    const content = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n';
    const path = await file("silent.sse", content);
    await file("silent.sse.timing", `1 ${content.length}\n`);
    const { out } = await run(["inspect", path]);
    expect(out).toMatch(/timing /);
    expect(out).not.toContain("first text");
  });

  test("that are none are said to be so", async () => {
    const path = await file("bad.sse", chatAnswer("x"));
    const timing = await file("bad.times", "1 2\nx y\n");
    const { code, err } = await call(["inspect", path, "--timing", timing]);
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/line 2 of .*bad\.times is not seconds/),
    ]);
  });

  test("of what comes in are kept, with the bytes", async () => {
    const path = join(scratch, "kept.sse");
    const running = start(["inspect", "-", "--save", path, "--gap", "150"]);
    const answer = chatAnswer("One ", "two");
    const half = answer.indexOf("\n\n") + 2;
    running.process.stdin!.write(answer.slice(0, half));
    await until(() => running.said.out.includes("text-start"));
    await new Promise((resolve) => setTimeout(resolve, 200));
    running.process.stdin!.end(answer.slice(half));
    const { code, out } = await running.ended;
    expect([code, out]).toEqual([0, expect.stringContaining("of silence")]);
    expect(await readFile(path, "utf8")).toBe(answer);
    const again = await call(["inspect", path, "--gap", "150"]);
    expect(again.out).toContain("of silence");
  });
});

describe("among many files", () => {
  test("one that is no stream keeps no other from being looked at", async () => {
    const paths = [
      "no-such-file",
      await file("a.html", "<html></html>"),
      await file("b.sse", chatAnswer("One")),
    ];
    const { code, out, err } = await run(["inspect", "--summary", ...paths]);
    expect(code).toBe(3);
    expect(out).toContain("b.sse\n  format   server-sent events, openai-chat");
    expect(err).toMatch(/^millrace: no-such-file: .*ENOENT.*\nmillrace: .*a\.html: .*\n$/);
  });
});

describe("what comes in", () => {
  test("can be interrupted while nothing comes; what came is kept", async () => {
    const path = join(scratch, "interrupted.sse");
    const running = start(["inspect", "-", "--save", path]);
    running.process.stdin!.write(": hello\n\n");
    await until(() => existsSync(path) && readFileSync(path).length > 0);
    running.process.kill("SIGINT");
    expect((await running.ended).signal).toBe("SIGINT");
    expect(readFileSync(path, "utf8")).toBe(": hello\n\n");
  });

  // NOT tested without /dev/full: a disk that is full.
  test.skipIf(!existsSync("/dev/full"))("that cannot be kept is an error", async () => {
    for (const path of ["/dev/full", join(scratch, "no-folder", "x.sse")]) {
      const input = chatAnswer("One");
      const { code, err } = await run(["inspect", "-", "--save", path], { input });
      expect([code, err]).toEqual([
        3,
        expect.stringMatching(/Cannot write .*: E(NOSPC|NOENT|ACCES|PERM)/),
      ]);
    }
  });
});

const FORMAT_OF: Readonly<Record<string, string>> = {
  "openai-chat": "openai-chat",
  "openai-responses": "openai-responses",
  "anthropic-messages": "anthropic",
  gemini: "gemini",
  "gemini-interactions": "gemini-interactions",
  "cohere-v2": "cohere",
  ollama: "ollama",
  "bedrock-converse": "converse",
};
const FRAMING_OF: Readonly<Record<string, string>> = {
  sse: "sse",
  ndjson: "ndjson",
  "json-chunks": "ndjson",
  "json-array": "json-array",
  "aws-eventstream": "event-stream",
};

// Deltas were taken out of these, while the wholes, which decoders heed, are there.
const CUT_BY_HAND = new Set(["openai--responses-text.chunks.jsonl"]);

// NOT tested without recordings: says so where they are looked for.
describe.skipIf(!haveRecordings)("recorded streams", () => {
  test("are all read, and what they are is guessed", async () => {
    const names = Object.keys(expectations);
    const { code, err, of } = await told(["--summary", ...names.map((name) => join(folder, name))]);
    expect([code, err]).toEqual([1, ""]);
    const formats = of("format");
    const summaries = of("summary");
    expect(summaries).toHaveLength(names.length);
    for (const [index, name] of names.entries()) {
      const { wire, framing, ...facts } = expectations[name]!;
      const found = formats[index]!;
      const summary = summaries[index]!;
      expect(found["framing"], name).toBe(FRAMING_OF[framing]);
      const format = FORMAT_OF[wire ?? ""];
      if (format !== undefined) {
        expect(String(found["format"]).replace("invoke-model ", ""), name).toBe(format);
        if (facts.choices === undefined && facts.undispatchedTail === undefined) {
          const { text = "", refusal = "", reasoning = "", toolPlan = "" } = facts;
          if (!CUT_BY_HAND.has(name))
            expect(summary["text"], name).toBe(text.length + refusal.length);
          expect(summary["reasoning"], name).toBe(reasoning.length + toolPlan.length);
          if (facts.model != null) expect(summary["model"], name).toBe(facts.model);
        }
        const hasErrors = (facts.errors?.length ?? 0) > 0;
        if (hasErrors) expect(summary["defects"], name).toBeGreaterThan(0);
      }
      const dispatched = (facts.events ?? 0) + (facts.undispatchedTail === undefined ? 0 : 1);
      if (framing === "sse") expect(summary["events"], name).toBeGreaterThanOrEqual(dispatched);
    }
  });

  test("each has a timeline of 80 columns", async () => {
    const names = Object.keys(expectations).map((name) => join(folder, name));
    const { out, err } = await call(["inspect", ...names]);
    expect(err).toBe("");
    const longest = out.split("\n").filter((line) => widthOf(line) > 80);
    // Paths, and what an error says, are as long as they are.
    expect(longest.filter((line) => !/^(\/| {2}[x-] )/.test(line))).toEqual([]);
  });

  test("cut anywhere they give the same", async () => {
    const name = "anthropic--messages-tool-reasoning.sse";
    const bytes = await readFile(join(folder, name));
    const digest = (text: string) => createHash("sha256").update(text).digest("hex");
    const whole = await run(["inspect", "--json", "-"], { input: bytes });
    const running = start(["inspect", "--json", "-"]);
    for (let at = 0; at < bytes.length; at += 97) {
      running.process.stdin!.write(bytes.subarray(at, at + 97));
      if (at % 970 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    running.process.stdin!.end();
    const timeless = (text: string) => text.replace(/"(ms|figures)":(\{.*?\}\}|[\d.]+),?/g, "");
    expect(digest(timeless((await running.ended).out))).toBe(digest(timeless(whole.out)));
  });
});

test("a reader that has gone ends it", async () => {
  const running = start(["inspect", "--all", "-"]);
  running.process.stdout!.destroy();
  const event = chatAnswer("One").split(/(?<=\n\n)/)[0]!;
  const timer = setInterval(() => running.process.stdin!.write(event), 5);
  expect(await running.ended).toMatchObject({ code: 0, err: "" });
  clearInterval(timer);
});

test("it is in the pipe of a real shell", async () => {
  const shell = spawn("sh", [
    "-c",
    'printf "data: x\\n\\n" | "$0" "$1" inspect - | head -1',
    process.execPath,
    program.path,
  ]);
  const chunks: string[] = [];
  shell.stdout.setEncoding("utf8").on("data", (text: string) => chunks.push(text));
  await once(shell, "close");
  expect(chunks.join("")).toMatch(/#1 +message +x\n$/);
});
