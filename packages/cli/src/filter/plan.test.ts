import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fit, type Kind } from "./kind.ts";
import { planStages } from "./plan.ts";
import { STAGES } from "./stages.ts";
import { fitting, wayTo } from "./suggest.ts";
import { readUsage } from "./usage.ts";

const KINDS: Kind[] = [
  "bytes",
  "events",
  "frames",
  "values",
  "parts",
  "messages",
  "text",
  "units",
  "lines",
];

/** What stands for an argument in these tests. */
const ARGUMENTS: Readonly<Record<string, string>> = { path: "$.a", count: "1", characters: "8" };

describe.each(Object.entries(STAGES))("%s", (name, { takes, gives, usage, says, print }) => {
  const { required, options } = readUsage(usage);
  const args = required.map((argument) => ARGUMENTS[argument] ?? "x");

  test("has a usage of which everything is read", () => {
    const again = [
      ...required.map((argument) => `<${argument}>`),
      ...Array.from(options, ([option, { value, repeated }]) => {
        const words = value === undefined ? `--${option}` : `--${option} <${value}>`;
        return `[${words}]${repeated ? "..." : ""}`;
      }),
    ];
    expect(again.join(" ")).toBe(usage);
    for (const common of ["json", "null", "quiet", "help"]) expect(options.has(common)).toBe(false);
  });

  test("takes and gives kinds, and says so in a line", () => {
    for (const kind of takes) expect(KINDS).toContain(kind);
    expect([...KINDS, "same"]).toContain(gives);
    expect(says).toMatch(/^.{1,53}$/);
    if (print !== undefined) expect(gives).toMatch(/units|lines|values/);
  });

  test("can be made of whatever it takes, behind the shortest way to it", () => {
    for (const kind of takes) {
      const way = wayTo("bytes", [kind]) ?? [];
      const { steps, gives: out } = planStages([...way, name, ...args], []);
      expect(steps.at(-1)?.name).toBe(name);
      expect(KINDS).toContain(out);
    }
  });

  test("stands in the README", () => {
    const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
    expect(readme).toMatch(new RegExp(`\`${name}[\` ]`));
  });
});

test("Units are text, lines are units, bytes can be decoded, and nothing else is anything else", () => {
  const pairs = KINDS.flatMap((given) =>
    KINDS.filter((wanted) => given !== wanted && fit(given, [wanted]) !== undefined).map(
      (wanted) => `${given} as ${wanted}`,
    ),
  );
  expect(pairs).toEqual(["bytes as text", "units as text", "lines as text", "lines as units"]);
});

test("The way to a kind is the shortest, and needs no arguments", () => {
  expect(wayTo("bytes", ["parts"])).toEqual(["sse", "openai-chat"]);
  expect(wayTo("bytes", ["text"])).toEqual([]);
  expect(wayTo("events", ["text"])).toEqual(["openai-chat", "text"]);
  expect(wayTo("parts", ["frames"])).toBeUndefined();
});

test("What fits behind a kind fits", () => {
  for (const kind of KINDS) {
    for (const name of fitting(kind)) expect(fit(kind, STAGES[name]!.takes)).toBeDefined();
  }
  expect(fitting("messages")).toEqual(["take"]);
});
