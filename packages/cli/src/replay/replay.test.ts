import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answers } from "@millrace/testing/replay";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chatAnswer } from "../answers.fixture.ts";
import { call } from "../in-process.fixture.ts";
import { bundled, until } from "../program.fixture.ts";
import { expectations, folder, haveRecordings } from "../recordings.fixture.ts";
import { readRecording } from "./read-recording.ts";

const { run, start } = bundled("replay");

const ANSWER = chatAnswer("One ", "two ", "three");
let scratch = "";
let file = "";
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "replay-"));
  file = join(scratch, "answer.sse");
  await writeFile(file, ANSWER);
});
afterAll(() => rm(scratch, { recursive: true }));

async function serve(...args: string[]) {
  const running = start(["replay", ...args]);
  await until(() => running.said.out.endsWith("\n"));
  return { ...running, url: running.said.out.trim() };
}

describe("replay", () => {
  test("its help names every answer that is built in", async () => {
    const { out } = await call(["help", "replay"]);
    const [, named = ""] = /without a file: ([^;]*)--framing/.exec(out) ?? [];
    expect(named.trim().split(/,\s+/)).toEqual(Object.keys(answers));
  });

  test("serves a file to every request, tells of each, and closes when it is interrupted", async () => {
    const { url, process, ended } = await serve(file, "--speed", "0");
    for (const init of [{ method: "POST", body: "{}" }, {}]) {
      const response = await fetch(`${url}/any/path?x=1`, init);
      expect(response.headers.get("content-type")).toBe("text/event-stream");
      expect(await response.text()).toBe(ANSWER);
    }
    process.kill("SIGINT");
    const { code, signal, err } = await ended;
    expect([code, signal]).toEqual([null, "SIGINT"]); // which a shell shows as 130
    expect(err).toMatch(
      /^Replays .*answer\.sse, 5 events\.\n(?:(POST|GET) \/any\/path {2}finished, \d+ bytes in .*\n){2}$/,
    );
  });

  test("an event at a time, at the pace that is told", async () => {
    const { url } = await serve(file, "--gap", "30");
    const { body } = await fetch(url);
    const chunks: string[] = [];
    for await (const chunk of body!.pipeThrough(new TextDecoderStream())) chunks.push(chunk);
    expect(chunks.length).toBeGreaterThan(1);
    expect(chunks.join("")).toBe(ANSWER);
  });

  test.each([
    [
      ["--fail", "end", "--after", "2"],
      ANSWER.split(/(?<=\n\n)/)
        .slice(0, 2)
        .join(""),
    ],
    [["--fail", "end", "--after", "-1"], ANSWER.replace(/data: \[DONE\]\n\n$/, "")],
    [
      ["--fail", "end", "--after", "ending"],
      ANSWER.split(/(?<=\n\n)/)
        .slice(0, 3)
        .join(""),
    ],
    [["--fail", "end", "--after-bytes", "10"], ANSWER.slice(0, 10)],
    [["--newline", "crlf"], ANSWER.replaceAll("\n", "\r\n")],
    [["--cuts", "7"], ANSWER],
    [["--cuts", "jagged", "--seed", "3"], ANSWER],
    [["--comments"], `: keep-alive\n\n${ANSWER}`],
  ])("%j", async (args, expected) => {
    const { url } = await serve(file, "--speed", "0", ...args);
    expect(await (await fetch(url)).text()).toBe(expected);
  });

  test("a status, a broken connection, or no answer at all", async () => {
    const limited = await serve(file, "--fail", "429");
    expect((await fetch(limited.url)).status).toBe(429);
    const broken = await serve(file, "--speed", "0", "--fail", "disconnect", "--after", "2");
    await expect(fetch(broken.url).then((response) => response.text())).rejects.toThrow();
    const none = await serve(file, "--fail", "refuse");
    await expect(fetch(none.url)).rejects.toThrow();
  });

  test("ends after one request, if it is told to", async () => {
    const { url, ended } = await serve(file, "--speed", "0", "--once");
    expect(await (await fetch(url)).text()).toBe(ANSWER);
    expect(await ended).toMatchObject({ code: 0 });
  });

  test("without a file it is a model, which `ask` can ask", async () => {
    const { url } = await serve("--answer", "code", "--speed", "0");
    const args = ["ask", "Code, please.", "-p", "openai:any", "--base-url", `${url}/v1`];
    const { code, out } = await run(args);
    expect([code, out]).toEqual([0, expect.stringContaining("```")]);
  });

  test("says that a file looks like no stream", async () => {
    const page = join(scratch, "page.html");
    await writeFile(page, "<html></html>");
    const { code, err } = await run(["replay", page]);
    expect([code, err]).toEqual([1, expect.stringContaining("looks like no stream")]);
  });

  test("takes the framing that it is told", async () => {
    const { url } = await serve(file, "--framing", "sse", "--speed", "0");
    expect(await (await fetch(url)).text()).toBe(ANSWER);
  });

  test("says that its port is taken", async () => {
    const { url } = await serve(file);
    const { port } = new URL(url);
    const { code, err } = await run(["replay", file, "--port", port]);
    expect([code, err]).toEqual([3, `millrace: Cannot listen on port ${port}: it is taken.\n`]);
  });

  test.each([
    [["no-such-file"], 3, /ENOENT/],
    [["--port", "x"], 2, /--port must be/],
    [["--port", "70000"], 2, /at most 65535/],
    [["--cuts", "0"], 2, /--cuts must be/],
    [["--newline", "lfcr"], 2, /--newline must be/],
    [["--fail", "explode"], 2, /--fail must be/],
    [["--after", "3"], 2, /say what/],
    [["--fail", "end", "--after", "1", "--after-bytes", "2"], 2, /exclude each other/],
    [["--answer", "poetry"], 2, /one of prose/],
    [["a", "b"], 2, /One file/],
    [["a", "--answer", "code"], 2, /without a file/],
    [["a", "--framing", "xml"], 2, /one of sse/],
  ])("%j", async (args, expected, message) => {
    const { code, err } = await call(["replay", ...args]);
    expect([code, err]).toEqual([expected, expect.stringMatching(message)]);
  });
});

describe("a file as frames", () => {
  test("has the times of the file beside it", async () => {
    const events = ANSWER.split(/(?<=\n\n)/);
    const timed = join(scratch, "timed.sse");
    await writeFile(timed, ANSWER);
    const lines = events.map((event, index) => `${index / 10} ${event.length}\n`);
    await writeFile(`${timed}.timing`, lines.join(""));
    const { frames } = await readRecording(timed, undefined);
    expect(frames.map(({ delay }) => Math.round(delay))).toEqual([0, 100, 200, 300, 400]);
    expect(frames.map((frame) => frame.ending)).toEqual([false, false, false, true, true]);
  });

  test("is the same however its bytes came, and its line ends are what they were", async () => {
    const answer = chatAnswer("One ", "two").replaceAll("\n", "\r\n");
    const split = join(scratch, "split.sse");
    await writeFile(split, answer);
    await writeFile(`${split}.timing`, Array.from(answer, () => "0.001 1\n").join(""));
    const { frames } = await readRecording(split, undefined);
    expect(frames.map(({ bytes }) => Buffer.from(bytes!).toString())).toEqual(
      answer.split(/(?<=\r\n\r\n)/),
    );
    const total = frames.reduce((sum, { delay }) => sum + delay, 0);
    expect(Math.round(total)).toBe(answer.length);
    expect(frames.map(({ ending }) => ending)).toEqual([false, false, true, true]);
  });

  // NOT tested without recordings: says so where they are looked for.
  test.skipIf(!haveRecordings)("loses no byte of any recording", async () => {
    for (const [name, { framing }] of Object.entries(expectations)) {
      const path = join(folder, name);
      const { frames } = await readRecording(path, undefined);
      const bytes = frames.map((frame) => frame.bytes ?? new TextEncoder().encode(frame.text));
      expect(Buffer.concat(bytes).equals(await readFile(path)), name).toBe(true);
      if (framing === "aws-eventstream") {
        for (const frame of bytes)
          expect(Buffer.from(frame).readUInt32BE(), name).toBe(frame.length);
      }
    }
  });
});
