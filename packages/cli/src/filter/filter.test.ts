import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { startReplay } from "@millrace/testing/replay";
import { describe, expect, test } from "vitest";
import { chatAnswer } from "../answers.fixture.ts";
import { call } from "../in-process.fixture.ts";
import { bundled, until } from "../program.fixture.ts";

const program = bundled("filter");
const { run, start } = program;

const MEBIBYTE = 1024 * 1024;
const ANSWER = chatAnswer("The mill tu", "rns. It gri", "nds. Done");

describe("the filter", () => {
  test("decodes, selects and cuts", async () => {
    const ended = await run(["sse", "openai-chat", "text", "sentences"], { input: ANSWER });
    expect(ended).toEqual({
      code: 0,
      signal: null,
      out: "The mill turns.\nIt grinds.\nDone\n",
      err: "",
    });
  });

  test.each([
    [["text"], "The mill turns. It grinds. Done"],
    [["text", "words", "take", "2"], "The\nmill\n"],
    [["text", "words", "take", "2", "-0"], "The \0mill \0"],
    [["--json", "text", "words", "take", "2"], '"The "\n"mill "\n'],
    [["text", "--json"], '"The mill tu"\n"rns. It gri"\n"nds. Done"\n'],
    [["text", "batches", "16"], "The mill turns.\nIt grinds. Done\n"],
    [["redact", "mill", "--with", "m***", "text"], "The m*** turns. It grinds. Done"],
    [["text", "redact", "/[a-z]{5}/", "--max-match", "9"], /^The mill \[redacted\]\./],
    [["text", "stop-at", ". It"], "The mill turns"],
    [["text", "replace", "mill", "wheel"], "The wheel turns. It grinds. Done"],
    [["text", "delimited", "\\n"], "The mill turns. It grinds. Done\n"],
    [["text", "smooth", "--latency", "20"], "The mill turns. It grinds. Done"],
    [["smooth", "--latency", "20", "text", "sentences"], "The mill turns.\nIt grinds.\nDone\n"],
    [["take", "1", "--json"], /^\{"type":"text-start"/],
    [["encode-anthropic"], /^event: message_start\ndata: /],
    [["encode-openai-chat"], /data: \[DONE\]\n\n$/],
    [["encode-ag-ui", "t", "r"], /"RUN_FINISHED"/],
    [["encode-ai-sdk-ui", "--target", "5"], /^data: \{"type":"start"/],
    [["text", "--refusal"], ""],
    [["text", "redact", "mill", "--with=m"], "The m turns. It grinds. Done"],
  ])("openai-chat %j", async (stages, expected) => {
    const { out, code, err } = await call(["sse", "openai-chat", ...stages], { input: ANSWER });
    expect([code, err]).toEqual([0, ""]);
    if (typeof expected === "string") expect(out).toBe(expected);
    else expect(out).toMatch(expected);
  });

  test.each([
    [["lines"], "  one \r\ntwo", "  one \r\ntwo"],
    [["words"], "one two\n", "one\ntwo\n"],
    [["items", "$.a[*]"], '{"a":[1,{"b":2}]}', '1\n{"b":2}\n'],
    [["json"], '{"a":1} [2]', '{"a":1}\n[2]\n'],
    [["json", "--growing"], '{"a":"x', '{"a":"x"}\n'],
    [["json", "--lenient"], "```json\n[1, 2,]\n```", "[1,2]\n"],
    [["ndjson"], '{"a":1}\n2\n', '{"a":1}\n2\n'],
    [["code"], "See:\n\n```ts\nrun();\n```\n", "run();\n"],
    [["code", "--lang", "py"], "```ts\nrun();\n```\n", ""],
    [["code", "--json"], "```ts\nrun();\n```\n", /"lang":"ts".*"code":"run\(\);\\n"/],
    [["tags", "think"], "<think>Hm.</think>Yes.", /^\{"tag":"think".*\n\{"text":"Yes\./],
    [["sentences", "--language", "de"], "Am 3. Mai. Gut.", "Am 3. Mai.\nGut.\n"],
    [["graphemes"], "e\u0301👩🏽‍🌾", "e\u0301\n👩🏽‍🌾\n"],
    [["json", "--prose"], 'So: {"a":1}', '{"text":"So: "}\n{"value":{"a":1}}\n'],
    [["json", "--changes"], '{"a":"x"}', /"path":\["a"\]/],
    [["ndjson", "--skip"], "1\nx\n2\n", "1\n2\n"],
    [["sentences", "--speech"], "It turns, and it grinds.", "It turns, and it grinds.\n"],
    [["replace", "-q", "-0"], "a -q b", "a -0 b"],
    [["redact", "b", "--with", "-0"], "a b c", "a -0 c"],
    [["code", "-0"], "```ts\nrun();\n```\n", "run();\n\0"],
  ])("%j of text", async (stages, input, expected) => {
    const { out } = await call(stages, { input });
    if (typeof expected === "string") expect(out).toBe(expected);
    else expect(out).toMatch(expected);
  });

  test("takes thoughts out of the text, by any tag", async () => {
    const input = chatAnswer("<hm>Water", " falls.</hm>", "Gravity.");
    const decoded = ["sse", "openai-chat", "think-tags", "--tag", "hm"];
    expect((await run([...decoded, "text"], { input })).out).toBe("Gravity.");
    expect((await run([...decoded, "reasoning"], { input })).out).toBe("Water falls.");
    const plain = ["sse", "openai-chat", "think-tags", "text"];
    expect((await run(plain, { input })).out).toBe("<hm>Water falls.</hm>Gravity.");
  });

  test("writes a character whole whose halves come apart", async () => {
    const half = (unit: string) =>
      `data: {"choices":[{"index":0,"delta":{"content":"${unit}"}}]}\n\n`;
    const input = `${half("\\ud83c")}${half("\\udf3e")}data: [DONE]\n\n`;
    expect((await run(["sse", "openai-chat", "text"], { input })).out).toBe("🌾");
  });
});

describe("a stream that is not well", () => {
  test("is an error behind all that came before it, and exits with 1", async () => {
    const ended = await run(["json"], { input: '{"a":1} {"b":x}' });
    expect(ended).toMatchObject({ code: 1, out: '{"a":1}\n' });
    expect(ended.err).toMatch(/^millrace: Cannot .+\n$/);
  });

  const ERROR = 'data: {"error":{"message":"Too much.","code":"rate_limit_exceeded"}}\n\n';
  const BEGUN = chatAnswer("Once ", "upon").split(/(?<=\n\n)/);
  test.each([
    ["breaks off", BEGUN.slice(0, 2).join(""), "Once upon", /The answer broke off/],
    [
      "breaks off in an event",
      BEGUN.join("").slice(0, 90),
      "Once ",
      /The answer failed: malformed/,
    ],
    ["has an error in it", BEGUN[0]! + ERROR, "Once ", /failed: rate-limit: Too much\./],
    ["is an error instead", '{"error":{"message":"No key."}}', "", /failed: .*No key\./],
    ["is nothing", "", "", /The answer broke off/],
  ])(
    "an answer that %s exits with 1, although its text is fine",
    async (_, input, text, message) => {
      const { code, out, err } = await call(["sse", "openai-chat", "text"], { input });
      expect([code, out]).toEqual([1, text]);
      expect(err).toMatch(message);
      const parts = await call(["sse", "openai-chat"], { input });
      expect([parts.code, parts.out]).toEqual([1, expect.stringMatching(/"(interrupted|error)"/)]);
    },
  );

  test("an answer that was not read to its end is not one that broke off", async () => {
    const input = BEGUN.join("");
    const { code } = await call(["sse", "openai-chat", "take", "2"], { input });
    expect(code).toBe(0);
  });
});

describe("a command line that is wrong exits with 2, before anything is read", () => {
  test.each([
    [
      ["openai-chat"],
      /openai-chat takes events or values, but bytes come in.\n.*: sse openai-chat\./,
    ],
    [["sse", "text"], /text takes parts, but sse gives events.\n.*: sse openai-chat text\./],
    [["sse", "openai-chat", "sentences"], /sentences takes text.*\n.*openai-chat text sentences\./],
    [["words", "sse", "openai-chat", "ollama"], /ollama takes lines or values/],
    [["lines", "ollama", "json", "converse"], /json takes text, but ollama gives parts/],
    [["sentance"], /"sentance" is no stage. Did you mean sentences\?/],
    [["inspekt"], /Did you mean inspect\?/],
    [["xyzzyx"], /"xyzzyx" is no stage\.\n/],
    [["sse", "toString"], /"toString" is no stage/],
    [["items"], /items needs a <path>/],
    [["items", "a["], /items cannot be made: /],
    [["words", "--locale"], /words: --locale needs a <tag>/],
    [["words", "--loud"], /words has no option --loud: it has --locale/],
    [["sentences", "--speech=yes"], /--speech takes no value/],
    [["sentences", "--speech", "--speech"], /given twice/],
    [["sentences", "--language", "tlh"], /--language tlh is none/],
    [["sse", "openai-chat", "take", "many"], /<count> must be a whole number/],
    [["redact", "/(/"], /redact cannot be made: .*regular expression/i],
    [["redact", "/\\bx/"], /redact cannot be made: /],
    [["sse", "openai-chat", "text", "--choice", "-1"], /--choice must be a whole number/],
    [["sse", "openai-chat", "encode-ai-sdk-ui", "--target", "4"], /one of 5, 6, 7/],
    [["--json"], /Name a stage/],
    [["--loud", "words"], /--loud is no option/],
    [["--json=yes", "words"], /--json takes no value/],
    [["graphemes", "--loud"], /graphemes has no option --loud: it has none/],
    [["smooth", "--latency", " "], /--latency must be a whole number, 0 or more/],
    [["words", "event-stream"], /event-stream takes bytes.*\n.*Behind words fit: /],
    [[], /Usage/],
  ])("%j", async (args, message) => {
    const { code, out, err } = await call(args); // without anything to read
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(message);
  });

  test("although what comes in stays open", async () => {
    const { code, out, err } = await start(["sentance"]).ended;
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(/^millrace: "sentance" is no stage/);
  });
});

describe("in a pipe", () => {
  test("each word is out when it is known, while more may come", async () => {
    const running = start(["words"]);
    running.process.stdin!.write("one tw");
    await until(() => running.said.out === "one\n");
    running.process.stdin!.write("o three");
    await until(() => running.said.out === "one\ntwo\n");
    running.process.stdin!.end();
    expect(await running.ended).toMatchObject({ code: 0, out: "one\ntwo\nthree\n" });
  });

  // NOT tested without curl: what would read a real upstream.
  test.skipIf(!existsSync("/usr/bin/curl"))(
    "`| head -1` cancels the upstream of curl",
    async () => {
      const upstream = await startReplay({ answer: "prose" });
      const shell = spawn(
        "sh",
        ["-c", 'curl -sN "$2" -d "$3" | "$0" "$1" sse openai-chat text words | head -1'].concat(
          process.execPath,
          program.path,
          `${upstream.url}/v1/chat/completions`,
          JSON.stringify({ stream: true, messages: [{ role: "user", content: "Why?" }] }),
        ),
      );
      const request = await upstream.request(0);
      expect(await request.ended).toBe("aborted");
      if (shell.exitCode === null) await once(shell, "close");
      await upstream.close();
    },
  );

  test("a reader that has gone ends it without a word, and its source", async () => {
    const source = spawn("sh", [
      "-c",
      `yes 'data: x' | "$0" "$1" sse | head -1`,
      process.execPath,
      program.path,
    ]);
    const [code] = (await once(source, "close")) as [number];
    expect(code).toBe(0);
  });

  test("a reader that has gone is noticed though the source is silent", async () => {
    const running = start(["words"]);
    running.process.stdout!.destroy();
    running.process.stdin!.write("one two three ");
    expect(await running.ended).toMatchObject({ code: 0, err: "" });
  });

  test("a stage that ends it does not wait for the end of what comes in", async () => {
    const running = start(["words", "take", "1"]);
    running.process.stdin!.write("one two ");
    expect(await running.ended).toMatchObject({ code: 0, out: "one\n" });
  });

  test("an interrupt ends it without a word", async () => {
    for (const name of ["SIGINT", "SIGTERM"] as const) {
      const running = start(["words"]);
      running.process.stdin!.write("one two");
      await until(() => running.said.out !== "");
      running.process.kill(name);
      expect(await running.ended).toEqual({ code: null, signal: name, out: "one\n", err: "" });
    }
  });

  test("an interrupt ends it while nothing comes, and a paced one, too", async () => {
    const silent = start(["sse", "openai-chat", "text"]);
    const paced = start(["smooth", "--latency", "60000"]);
    paced.process.stdin!.write("one two three four five");
    await until(() => paced.said.out !== "");
    for (const { process, ended } of [silent, paced]) {
      await new Promise((resolve) => setTimeout(resolve, 300)); // until it listens to signals
      process.kill("SIGINT");
      expect((await ended).signal).toBe("SIGINT");
    }
  });

  // NOT tested on Windows: there a folder cannot be opened.
  test.skipIf(process.platform === "win32")(
    "a folder in place of stdin is no empty one",
    async () => {
      const folder = openSync(tmpdir(), "r");
      const { ended } = start(["words"], { stdio: [folder, "pipe", "pipe"] });
      closeSync(folder);
      expect(await ended).toMatchObject({ code: 3, err: "millrace: Cannot read stdin: EISDIR.\n" });
    },
  );

  test("a reader that does not read stops the source", async () => {
    const running = start(["words"], { stdio: ["pipe", "pipe", "inherit"] });
    running.process.stdout!.pause();
    const stdin = running.process.stdin!;
    const piece = "word ".repeat(MEBIBYTE / 5);
    let taken = 0;
    const isTaken = () =>
      new Promise<boolean>((resolve) => {
        stdin.write(piece, () => resolve(true));
        setTimeout(() => resolve(false), 1_500);
      });
    while (taken < 16 && (await isTaken())) taken++;
    expect(taken).toBeLessThan(4);
  });

  // NOT tested without /proc: what a process holds is read there.
  test.skipIf(process.platform !== "linux")("memory does not grow with the stream", async () => {
    const piece = chatAnswer("word ".repeat(2_000)).split("\n\n")[0]!;
    const peakOf = async (bytes: number): Promise<number> => {
      const { process: child, ended } = start(["sse", "openai-chat", "text", "words"], {
        stdio: ["pipe", "ignore", "inherit"],
      });
      for (let sent = 0; sent < bytes; sent += piece.length) {
        if (!child.stdin!.write(`${piece}\n\n`)) await once(child.stdin!, "drain");
      }
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      child.stdin!.end("data: [DONE]\n\n");
      expect((await ended).code).toBe(0);
      return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) * 1024;
    };
    const [small, large] = [await peakOf(8 * MEBIBYTE), await peakOf(96 * MEBIBYTE)];
    expect(large - small).toBeLessThan(64 * MEBIBYTE);
  });
});
