import { describe, expect, test } from "vitest";
import { calls, decode, DONE, fn, lines, said, says, stops } from "./chat.fixture.ts";

describe("content", () => {
  test("may be a text, parts, or a mixture; its parts are increments", () => {
    expect(
      lines(
        says([{ type: "thinking", thinking: [{ type: "text", text: "h" }] }]),
        says([
          {
            type: "thinking",
            thinking: [{ type: "text", text: "m" }],
            closed: true,
            signature: "s",
          },
        ]),
        says([{ type: "text", text: "A" }, "B"]),
        says("C"),
        says([{ type: "reference", reference_ids: [3] }]),
        says([
          { type: "image_url", image_url: "https://x/y.png" },
          { type: "new", a: 1 },
        ]),
        DONE,
      ),
    ).toEqual([
      "reasoning-0 (",
      "reasoning-0 + h",
      "reasoning-0 + m",
      "reasoning-0 ) s",
      "text-0 (",
      "text-0 + A",
      "text-0 + B",
      "text-0 + C",
      "source file 3",
      "file image/* https://x/y.png",
      'custom openai.content {"type":"new","a":1}',
      "text-0 )",
      "finish other",
    ]);
  });

  test("of null after text, and of an unknown type, loses nothing", () => {
    expect(lines(says("x"), says(null), says(5), DONE)).toEqual([
      "text-0 (",
      "text-0 + x",
      "custom openai.content 5",
      "text-0 )",
      "finish other",
    ]);
  });

  test("goes on in a new block after a call", () => {
    expect(lines(says("a"), calls({ id: "t", ...fn("f", "{}") }), says("b"), DONE)).toEqual([
      "text-0 (",
      "text-0 + a",
      "text-0 )",
      "t ( f",
      "t + {}",
      "text-1 (",
      "text-1 + b",
      "text-1 )",
      "t )",
      "call t f {} valid",
      "finish tool-calls",
    ]);
  });

  test("of legacy completions stands in `text`; a `message` only repeats", () => {
    expect(lines({ choices: [{ index: 0, text: "x" }] }, DONE)[1]).toBe("text-0 + x");
    expect(
      lines({ choices: [{ delta: { content: "x" }, message: { content: "x" } }] }, DONE),
    ).toHaveLength(4);
  });

  test("that sounds comes as file pieces, its transcript as text", () => {
    expect(
      lines(
        said({ audio: { id: "a", transcript: "Hi" } }),
        said({ audio: { data: "AAAA" } }),
        said({ audio: { expires_at: 9 } }),
        stops("stop"),
        DONE,
      ),
    ).toEqual(["text-0 (", "text-0 + Hi", "file audio/* AAAA", "text-0 )", "finish stop stop"]);
  });

  test("an address without an end is looked at once", () => {
    const url = `data:${"a".repeat(300_000)}`;
    expect(decode([said({ images: [url] })])[0]).toMatchObject({ data: { type: "url", url } });
  });

  test("log probabilities are told as far as the format nests them", () => {
    const deepest = 100_000;
    const nested = `${'{"token":"x","logprob":-1,"top_logprobs":['.repeat(deepest)}${"]}".repeat(deepest)}`;
    const choice = `{"index":0,"delta":{"content":"x"},"logprobs":{"content":[${nested}]}}`;
    const x = { token: "x", logprob: -1 };
    expect(decode([`{"choices":[${choice}]}`])[1]).toMatchObject({
      delta: "x",
      logprobs: [{ ...x, topLogprobs: [x] }],
    });
  });

  test("that shows comes as files", () => {
    const image = { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } };
    const [first, ...others] = lines(
      said({ images: [image, "https://a", { new: 1 }] }),
      says([{ type: "image_url", image_url: null }]),
      DONE,
    );
    expect(first).toBe("file image/png AAAA");
    expect(others).toEqual([
      "file image/* https://a",
      'custom openai.images {"new":1}',
      'custom openai.content {"type":"image_url","image_url":null}',
      "finish other",
    ]);
  });
});

describe("reasoning", () => {
  test.each(["reasoning_content", "reasoning"])("in %s is a block that text ends", (field) => {
    expect(
      lines(said({ [field]: "h", content: null }), said({ [field]: "m" }), says("x"), DONE),
    ).toEqual([
      "reasoning-0 (",
      "reasoning-0 + h",
      "reasoning-0 + m",
      "reasoning-0 )",
      "text-0 (",
      "text-0 + x",
      "text-0 )",
      "finish other",
    ]);
  });

  test("told in two or three fields at once is told once", () => {
    const twice = { reasoning: "hm", reasoning_content: "hm" };
    const details = [{ type: "reasoning.text", text: "hm", index: 0 }];
    for (const delta of [twice, { ...twice, reasoning_details: details }]) {
      expect(lines(said(delta), DONE)).toEqual([
        "reasoning-0 (",
        "reasoning-0 + hm",
        "reasoning-0 )",
        "finish other",
      ]);
    }
  });

  test("in details is a block an index, with signatures and encrypted parts at the end", () => {
    const detail = (rest: object) => said({ reasoning_details: [rest] });
    expect(
      lines(
        detail({ type: "reasoning.text", text: "a", signature: "", index: 0 }),
        detail({ type: "reasoning.summary", summary: "b", index: 1 }),
        detail({ type: "reasoning.text", text: "c", index: 0 }),
        detail({ type: "reasoning.text", signature: "sig", index: 0 }),
        detail({ type: "reasoning.encrypted", data: "enc", index: 1 }),
        detail({ type: "reasoning.encrypted", data: "more", index: 2, id: "rs" }),
        says("x"),
        detail({ type: "reasoning.text", signature: "late", index: 0 }),
        DONE,
      ),
    ).toEqual([
      "reasoning-0 (",
      "reasoning-0 + a",
      "reasoning-1 ( summary",
      "reasoning-1 + b",
      "reasoning-0 + c",
      "reasoning-0 ) sig",
      "reasoning-1 ) enc",
      "reasoning-2 ( redacted",
      "reasoning-2 ) more",
      "text-0 (",
      "text-0 + x",
      "text-0 )",
      "reasoning-3 (",
      "reasoning-3 ) late",
      "finish other",
    ]);
  });

  test("keeps its text when the details of the same delta are only encrypted", () => {
    const details = [{ type: "reasoning.encrypted", data: "enc" }];
    expect(lines(said({ reasoning: "hm", reasoning_details: details }), DONE)).toEqual([
      "reasoning-0 ( redacted",
      "reasoning-0 ) enc",
      "reasoning-1 (",
      "reasoning-1 + hm",
      "reasoning-1 )",
      "finish other",
    ]);
  });

  test("of a kind unheard of, or of none, loses nothing", () => {
    const details = [{ type: "reasoning.image", url: "u" }, {}, null, "x"];
    expect(lines(said({ reasoning_details: details }), DONE).slice(0, 2)).toEqual([
      'custom openai.reasoning_details {"type":"reasoning.image","url":"u"}',
      "custom openai.reasoning_details {}",
    ]);
  });

  test("keeps what else a detail says, for sending it back", () => {
    const parts = decode([
      said({ reasoning_details: [{ type: "reasoning.text", text: "a", format: "f", id: "r" }] }),
    ]);
    expect(parts[0]).toMatchObject({ providerMetadata: { openai: { format: "f", id: "r" } } });
    const sealed = decode([
      said({ reasoning_details: [{ type: "reasoning.summary", summary: "a", index: 0 }] }),
      said({ reasoning_details: [{ type: "reasoning.encrypted", data: "e", index: 0, id: "rs" }] }),
    ]);
    expect(sealed[2]).toEqual({
      type: "reasoning-end",
      id: "reasoning-0",
      encrypted: "e",
      providerMetadata: { openai: { index: 0, id: "rs" } },
    });
  });
});
