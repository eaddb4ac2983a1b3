import { execFile } from "node:child_process";
import { promisify } from "node:util";
import {
  chatRecording,
  startReplay,
  type Answer,
  type ReplayRequest,
} from "@millrace/testing/replay";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { nodeCommand } from "./program.fixture.ts";

// The recipes that ask, print and end, each as its reader would start it.

const PROSE =
  "Well, as far as I know, mills have turned since the Romans. They did so in Gaul.";
const BREAD = {
  name: "Bread",
  minutes: 90,
  steps: ["Mix", "Wait", "Bake"],
};
const MILLS = ["Old", "Lower", "Upper"].map((name, index) => ({
  name,
  built: 1700 + index,
}));

let answerTo: (request: ReplayRequest) => Answer | string = () => PROSE;
let breakOff: (request: ReplayRequest) => boolean = () => false;

const upstream = await startReplay({
  speed: 0,
  choose: (request) => chatRecording(answerTo(request)),
  fail: (request) =>
    breakOff(request) ? { kind: "disconnect", after: 8 } : undefined,
});
afterAll(() => upstream.close());
afterEach(() => {
  answerTo = () => PROSE;
  breakOff = () => false;
});

async function run(program: string): Promise<string> {
  const [command = "", ...args] = await nodeCommand(`${program}.ts`);
  const env = { ...process.env, MODEL_URL: `${upstream.url}/v1` };
  const { stdout } = await promisify(execFile)(command, args, {
    cwd: import.meta.dirname,
    env,
  });
  return stdout;
}

test("A voice begins at a clause, and goes on by sentences", async () => {
  expect(await run("voice")).toBe(
    "♪ Well, as far as I know,\n♪ mills have turned since the Romans.\n♪ They did so in Gaul.\n",
  );
});

test("A voice that is interrupted says no more, nor the half of a sentence that came", async () => {
  const stalling = await startReplay({
    speed: 0,
    answer: { text: PROSE },
    fail: { kind: "stall", after: 14 }, // behind the first unit
  });
  const [command = "", ...args] = await nodeCommand("voice.ts");
  const env = { ...process.env, MODEL_URL: `${stalling.url}/v1` };
  const voice = promisify(execFile)(command, args, { env });
  voice.child.stdout?.once("data", () => voice.child.kill("SIGINT"));
  expect(await voice).toEqual({
    stdout: "♪ Well, as far as I know,\n",
    stderr: "",
  });
  const request = await stalling.request(0);
  expect(await request.ended).toBe("aborted");
  await stalling.close();
});

describe("A loop of tools", () => {
  const call = (id: string, input: string) => ({
    id,
    name: "weigh",
    arguments: input,
  });

  test("sends back what the tools gave, and prints the answer", async () => {
    const bodies: string[] = [];
    answerTo = ({ body }) => {
      bodies.push(body);
      if (bodies.length > 1) return "Both weigh 25 kg.";
      return {
        toolCalls: [call("a", '{"sack":"A"}'), call("b", '{"sack":"B"}')],
      };
    };
    expect(await run("tool-loop")).toBe(
      "weigh: Sack A weighs 25 kg.\nweigh: Sack B weighs 25 kg.\nBoth weigh 25 kg.\n",
    );
    expect(JSON.parse(bodies[1]!)).toMatchObject({
      tools: [{ function: { parameters: { required: ["sack"] } } }],
      messages: [
        { role: "user" },
        { role: "assistant", tool_calls: [{ id: "a" }, { id: "b" }] },
        { role: "tool", tool_call_id: "a" },
        { role: "tool", tool_call_id: "b" },
      ],
    });
  });

  test("tells the model of input that does not fit", async () => {
    let round = 0;
    answerTo = () =>
      round++ === 0 ? { toolCalls: [call("a", '{"bag":1}')] } : "Sorry.";
    expect(await run("tool-loop")).toMatch(
      /^weigh: .*expected string.*Sorry\.\n$/s,
    );
  });

  test("answers no call that broke off, as none goes back", async () => {
    const bodies: string[] = [];
    answerTo = ({ body }) => {
      bodies.push(body);
      if (bodies.length > 1) return "One weighs 25 kg.";
      return {
        toolCalls: [call("a", '{"sack":"A"}'), call("b", '{"sack')],
      };
    };
    expect(await run("tool-loop")).toBe(
      "weigh: Sack A weighs 25 kg.\nOne weighs 25 kg.\n",
    );
    const { messages } = JSON.parse(bodies[1]!) as { messages: object[] };
    expect(messages.slice(1)).toMatchObject([
      { role: "assistant", tool_calls: [{ id: "a" }] },
      { role: "tool", tool_call_id: "a" },
    ]);
  });

  test("gives up a model that calls for ever, and says so", async () => {
    answerTo = () => ({ toolCalls: [call("a", '{"sack":"A"}')] });
    await expect(run("tool-loop")).rejects.toThrow(
      "No answer after 8 rounds",
    );
  });
});

describe("Structured output", () => {
  test("grows, and is whole at the end", async () => {
    answerTo = () => JSON.stringify(BREAD);
    const drafts = (await run("structured-output")).trim().split("\n");
    expect(drafts.at(-1)).toBe("Bread: 90 min");
    expect(drafts.length).toBeGreaterThan(3);
  });

  test("is given up at the first value that the schema refuses", async () => {
    answerTo = () => JSON.stringify({ ...BREAD, minutes: -1 });
    const last = (await run("structured-output"))
      .trim()
      .split("\n")
      .at(-1);
    expect(last).toMatch(/^minutes: /);
  });
});

test("A list comes element by element, and nobody pays for what is not read", async () => {
  answerTo = () => JSON.stringify({ mills: MILLS });
  expect(await run("list")).toBe("Old, 1700\nLower, 1701\n");
});

test("Nothing of a secret comes out", async () => {
  answerTo = () =>
    "It is Rumpelstiltskin (r@mill.example), card 4242 4242 4242 4242.";
  expect(await run("redaction")).toBe(
    "It is [redacted] ([address]), card •••• 4242.",
  );
});

test("Thoughts are no text, and a model that plays its user is stopped", async () => {
  answerTo = () => "<think>Hm.</think>Overshot.\nUser: And then?";
  expect(await run("thinking")).toBe("(Hm)(.)Overshot.\nstop\n");
});

test("Several models answer side by side, and one that fails ends its own answer", async () => {
  answerTo = ({ body }) => (body.includes('"quick"') ? "Old." : PROSE);
  expect(await run("several-models")).toBe(
    `{\n  quick: 'Old.',\n  careful: '${PROSE}'\n}\n`,
  );
  breakOff = ({ body }) => body.includes('"quick"');
  answerTo = () => PROSE;
  const output = await run("several-models");
  expect(output).toContain("[quick broke off: ");
  expect(output).toContain(`careful: '${PROSE}'`);
});

test("The next model goes on with the sentence in which the first one broke off", async () => {
  breakOff = ({ body }) => body.includes('"first"');
  answerTo = ({ body }) => {
    if (body.includes('"first"')) return PROSE;
    const { messages } = JSON.parse(body) as {
      messages: { content: string }[];
    };
    const said =
      messages.find(({ content }) => PROSE.startsWith(content))
        ?.content ?? "";
    return PROSE.slice(said.length);
  };
  expect(await run("failover")).toBe(PROSE);
});

describe("Migrating", () => {
  test("from a loop over an SDK", async () => {
    expect(await run("from-sdk")).toBe(`${PROSE}\n(stop)\n`);
  });

  test("from a loop over an SDK, with its error", async () => {
    breakOff = () => true;
    expect(await run("from-sdk")).toMatch(
      /^Well, .*\(error\)\nterminated\n$/s,
    );
  });

  test("from helpers of the AI SDK", async () => {
    answerTo = ({ body }) =>
      body.includes("JSON") ? JSON.stringify(BREAD) : PROSE;
    const lines = (await run("from-ai-sdk")).trim().split("\n");
    expect(lines.slice(0, 2)).toEqual([
      "Well, as far as I know, mills have turned since the Romans.",
      "They did so in Gaul.",
    ]);
    expect(lines.at(-1)).toBe("3");
  });

  test("from eventsource-parser", async () => {
    expect(await run("from-eventsource-parser")).toMatch(
      /^(message true\n)+$/,
    );
  });
});
