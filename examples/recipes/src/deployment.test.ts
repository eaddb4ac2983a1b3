import { startReplay } from "@millrace/testing/replay";
import { expect, onTestFinished, test } from "vitest";
import { nodeCommand, startProgram } from "./program.fixture.ts";

/** With so many milliseconds for answers to come to their end. */
async function deploy(
  grace: number,
  options: Parameters<typeof startReplay>[0],
) {
  const upstream = await startReplay(options);
  const program = await startProgram(await nodeCommand("deployment.ts"), {
    MODEL_URL: `${upstream.url}/v1`,
    GRACE: String(grace),
  });
  onTestFinished(async () => {
    await program.end();
    await upstream.close();
  });
  const get = (path: string) => fetch(program.url + path);
  return { program, upstream, get };
}

test("A process that is to go ends the answers that it has begun, and takes no more", async () => {
  const text = "It turns.";
  const { program, get } = await deploy(60_000, {
    gap: 5,
    answer: { text },
  });
  expect((await get("/health")).status).toBe(200);
  const response = await get("/answer?question=Well");
  program.terminate();
  const body = await response.text();
  expect(body).toContain("data: ");
  expect(body).toContain("event: done\n");
  expect(await program.exitCode).toBe(0);
  await expect(get("/health")).rejects.toThrow();
});

test("An answer that is not over in time fails, and its client and the model are told", async () => {
  const { program, upstream, get } = await deploy(1, {
    speed: 0,
    fail: { kind: "stall", after: 3 },
  });
  const response = await get("/answer?question=Well");
  const request = await upstream.request(0);
  program.terminate();
  const body = await response.text();
  expect(body).toContain("event: error\n");
  expect(body).not.toContain("event: done\n");
  expect(await request.ended).toBe("aborted");
  expect(await program.exitCode).toBe(0);
});
