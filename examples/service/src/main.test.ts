import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { beforeAll, describe, expect, test } from "vitest";
import { bundleService } from "../bundle.ts";

// The program as `npm start` runs it: bundled, in a process of its own, from another folder.

let program: string;
beforeAll(async () => {
  program = await bundleService("main");
});

function start(variables: Record<string, string>) {
  const child = spawn(process.execPath, [program], {
    cwd: tmpdir(),
    env: { PATH: process.env["PATH"], ...variables },
  });
  const said = { out: "", error: "" };
  child.stdout.on("data", (text) => (said.out += String(text)));
  child.stderr.on("data", (text) => (said.error += String(text)));
  const ended = once(child, "close").then(([code]) => code as number);
  return { program: child, said, ended };
}

async function urlOf({ program, said }: ReturnType<typeof start>): Promise<string> {
  await once(program.stdout, "data");
  const [url] = /http:\S+/.exec(said.out) ?? [""];
  return url;
}

describe("the program", () => {
  test("prints its URL, answers with the embedded replay, and ends when it is told to", async () => {
    const running = start({ PORT: "0", DRAIN_MS: "100" });
    const url = await urlOf(running);
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ upstream: "replay" });
    expect((await fetch(url)).status).toBe(200);
    const answer = await fetch(`${url}/v1/stream/raw`, {
      method: "POST",
      body: JSON.stringify({ prompt: "Well?" }),
    });
    expect(answer.status).toBe(200);
    running.program.kill("SIGTERM"); // while this answer is still coming in
    expect(await running.ended).toBe(0);
    expect(running.said.error).toBe("");
    expect((await answer.text()).split("\n\n").at(-2)).toMatch(
      /"finishReason":"error".*\nid: done$/s,
    );
  });

  test("ends at once when it is told so again", async () => {
    const running = start({ PORT: "0", DRAIN_MS: "600000" });
    const url = await urlOf(running);
    const answer = await fetch(`${url}/v1/stream/raw`, {
      method: "POST",
      body: JSON.stringify({ prompt: "Well?" }),
    });
    running.program.kill("SIGTERM");
    await expect.poll(() => fetch(url).catch(() => "refused")).toBe("refused");
    running.program.kill("SIGINT");
    await running.ended;
    expect(running.program.signalCode).toBe("SIGINT");
    await expect(answer.text()).rejects.toThrow();
  });

  test("says that its port is taken", async () => {
    const first = start({ PORT: "0" });
    const { port } = new URL(await urlOf(first));
    const second = start({ PORT: port });
    expect(await second.ended).toBe(1);
    expect(second.said.error).toBe(
      `Cannot listen on 127.0.0.1:${port}: the port is taken. Choose another: PORT=${Number(port) + 1}\n`,
    );
    first.program.kill("SIGINT");
    expect(await first.ended).toBe(0);
  });

  test("names the variable that is wrong", async () => {
    const { ended, said } = start({ PORT: "many" });
    expect(await ended).toBe(1);
    expect(said.error).toMatch(/^The environment is not right\. PORT: .+\n$/);
  });
});
