import { describe, expect, test } from "vitest";
import { arrange, type Arrangement } from "./arrange.ts";
import type { Conditions } from "./conditions.ts";
import { answers, chatRecording, type Recording } from "./index.ts";

const SEED = 1;

const three: Recording = {
  contentType: "text/event-stream",
  frames: [
    { delay: 300, text: "data: é\n\n" },
    { delay: 20, text: "data: 水\n\n" },
    { delay: 40, text: "data: [DONE]\n\n", ending: true },
  ],
};

function perform(conditions: Conditions, recording: Recording = three): Arrangement {
  return arrange(recording, conditions, SEED);
}

function text({ steps }: Arrangement): string {
  return Buffer.concat(steps.map(({ bytes }) => bytes)).toString();
}

function delays({ steps }: Arrangement): number[] {
  return steps.map(({ delay }) => delay);
}

describe("timing", () => {
  test("is as recorded, divided by the speed, or even", () => {
    expect(delays(perform({}))).toEqual([300, 20, 40]);
    expect(delays(perform({ speed: 2 }))).toEqual([150, 10, 20]);
    expect(delays(perform({ speed: 0, gap: 9 }))).toEqual([0, 0, 0]);
    expect(delays(perform({ gap: 8, speed: 4 }))).toEqual([2, 2, 2]);
  });
});

describe("cuts", () => {
  const whole = chatRecording(answers.languages);
  const bytes = text(perform({}, whole));

  test.each(["jagged", 1, 7, 4096] as const)("%s change neither bytes nor total time", (cuts) => {
    const arrangement = perform({ cuts, newline: "\r\n" }, whole);
    expect(text(arrangement)).toBe(bytes.replaceAll("\n", "\r\n"));
    const total = delays(arrangement).reduce((sum, delay) => sum + delay, 0);
    expect(total).toBe(whole.frames.reduce((sum, { delay }) => sum + delay, 0));
  });

  test("jagged fall inside characters and CRLFs, and join frames", () => {
    const { steps } = perform({ cuts: "jagged", newline: "\r\n" }, whole);
    const starts = steps.map((step) => step.bytes[0] ?? 0);
    expect(starts.some((byte) => (byte & 0xc0) === 0x80)).toBe(true);
    expect(starts.includes(0x0a)).toBe(true);
    const pieces = steps.map((step) => Buffer.from(step.bytes).toString("latin1"));
    expect(pieces.some((piece) => /\n\r\ndata/.test(piece))).toBe(true);
  });

  test("of a number are all that long but the last", () => {
    const sizes = perform({ cuts: 7 }).steps.map((step) => step.bytes.length);
    expect(sizes.slice(0, -1).every((size) => size === 7)).toBe(true);
    expect(sizes.at(-1)).toBeLessThanOrEqual(7);
  });

  test("jagged are the same for the same seed", () => {
    const jagged: Conditions = { cuts: "jagged" };
    expect(arrange(whole, jagged, 3)).toEqual(arrange(whole, jagged, 3));
    expect(arrange(whole, jagged, 3)).not.toEqual(arrange(whole, jagged, 4));
  });
});

describe("comments", () => {
  test("come before the first frame at once, and in the middle of gaps", () => {
    const arrangement = perform({ comments: { before: 2, every: 1 } });
    const comment = ": keep-alive\n\n";
    expect(text(arrangement)).toBe(
      `${comment}${comment}data: é\n\n${comment}data: 水\n\n${comment}data: [DONE]\n\n`,
    );
    expect(delays(arrangement)).toEqual([0, 0, 300, 10, 10, 20, 20]);
  });

  test("are for event streams only", () => {
    const json: Recording = { contentType: "application/json", frames: [{ delay: 0, text: "{}" }] };
    expect(text(perform({ comments: true, newline: "\r\n" }, json))).toBe("{}");
  });
});

describe("faults", () => {
  test.each([
    [{ after: 0 }, ""],
    [{ after: 1 }, "data: é\n\n"],
    [{ after: -1 }, "data: é\n\ndata: 水\n\n"],
    [{ after: "ending" }, "data: é\n\ndata: 水\n\n"],
    [{ after: 9 }, "data: é\n\ndata: 水\n\ndata: [DONE]\n\n"],
    [{ after: -9 }, ""],
    [{ afterBytes: 0 }, ""],
    [{ afterBytes: 6 }, "data: "],
    [{ afterBytes: 8 }, "data: é"],
    [{ afterBytes: 11 }, "data: é\n\nd"],
    [{ afterBytes: 999 }, "data: é\n\ndata: 水\n\ndata: [DONE]\n\n"],
  ] as const)("at %j leave %j", (place, expected) => {
    for (const kind of ["end", "stall", "disconnect"] as const) {
      const arrangement = perform({ fail: { kind, ...place } });
      expect(text(arrangement)).toBe(expected);
      expect(arrangement.close).toBe(kind);
    }
  });

  test("can fall inside a character", () => {
    const { steps } = perform({ fail: { kind: "disconnect", afterBytes: 7 } });
    expect(Buffer.concat(steps.map(({ bytes }) => bytes)).at(-1)).toBe(0xc3);
  });

  test("put text or an error event at their place", () => {
    const html = "<html>504</html>";
    expect(text(perform({ fail: { kind: "text", after: 1, text: html } }))).toBe(
      `data: é\n\n${html}`,
    );
    const named = {
      kind: "error-event",
      after: 1,
      event: "error",
      data: { message: "no" },
    } as const;
    expect(text(perform({ fail: named }))).toBe(
      'data: é\n\nevent: error\ndata: {"message":"no"}\n\n',
    );
    const plain = text(perform({ fail: { kind: "error-event", after: 0 } }));
    expect(JSON.parse(plain.slice("data: ".length))).toHaveProperty("error.type", "server_error");
  });

  test("begin an endless line", () => {
    const arrangement = perform({ fail: { kind: "endless-line", after: 1 } });
    expect(text(arrangement)).toBe("data: é\n\ndata: ");
    expect(arrangement.close).toBe("endless-line");
  });

  test("answer with another status, as JSON or as HTML", () => {
    const headers = { "retry-after": "2" };
    const limited = perform({ fail: { kind: "status", status: 429, headers } });
    expect(limited.status).toBe(429);
    expect(limited.headers).toEqual({ "content-type": "application/json", ...headers });
    expect(JSON.parse(text(limited))).toHaveProperty("error.type", "rate_limit_error");

    const own = perform({ fail: { kind: "status", status: 418, json: { tea: true } } });
    expect(JSON.parse(text(own))).toEqual({ tea: true });

    const proxy = perform({ fail: { kind: "status", status: 502, html: "<h1>Bad gateway</h1>" } });
    expect(proxy.headers["content-type"]).toMatch("text/html");
    expect(text(proxy)).toBe("<h1>Bad gateway</h1>");
  });

  test("spare error pages", () => {
    const page: Recording = { ...three, status: 404 };
    expect(perform({ fail: { kind: "hang" } }, page)).toMatchObject({ status: 404, close: "end" });
  });
});
