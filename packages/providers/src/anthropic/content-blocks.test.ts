import { describe, expect, test } from "vitest";
import {
  adds,
  closes,
  decode,
  END,
  fills,
  lines,
  opens,
  says,
  starts,
  stops,
  TEXT,
  THINKING,
  thinks,
  tool,
} from "./anthropic.fixture.ts";

describe("thinking", () => {
  const signs = (signature: string, index = 0): object =>
    adds(index, { type: "signature_delta", signature });

  test("ends with its signature, of which the latest counts", () => {
    expect(
      lines(opens(0, THINKING), thinks("hm"), signs("s"), signs("t"), closes(), END).slice(0, -1),
    ).toEqual(["reasoning-0 (", "reasoning-0 + hm", "reasoning-0 ) t"]);
  });

  test("may be a signature alone", () => {
    const omitted = [opens(0, THINKING), signs("s"), closes(), says("x", 1), END];
    expect(lines(...omitted).slice(0, 3)).toEqual(["reasoning-0 (", "reasoning-0 ) s", "text-0 ("]);
    expect(lines(signs("s"), END).slice(0, 2)).toEqual(["reasoning-0 (", "reasoning-0 ) s"]);
    expect(lines(opens(0, { ...THINKING, signature: "s" }), closes(), END)[1]).toBe(
      "reasoning-0 ) s",
    );
  });

  test("may be for the provider's eyes only", () => {
    expect(lines(opens(0, { type: "redacted_thinking", data: "e" }), closes(), END)).toEqual([
      "reasoning-0 ( redacted",
      "reasoning-0 ) e",
      "finish other",
    ]);
  });

  test("carries what else is said of it", () => {
    const delta = { type: "thinking_delta", thinking: "", estimated_tokens: 40 };
    expect(decode([opens(0, THINKING), adds(0, delta), END])[1]).toEqual({
      type: "reasoning-delta",
      id: "reasoning-0",
      delta: "",
      providerMetadata: { anthropic: { estimated_tokens: 40 } },
    });
  });
});

describe("tool use", () => {
  test("is told of when its block stops", () => {
    expect(
      lines(opens(0, tool("a", "f")), fills(""), fills('{"x":'), fills(" 1}"), closes()).slice(
        0,
        5,
      ),
    ).toEqual(["a ( f", 'a + {"x":', "a +  1}", "a )", 'call a f {"x": 1} valid']);
  });

  test("may come several times, and between texts", () => {
    expect(
      lines(
        opens(0, tool("a", "f")),
        fills("{}"),
        closes(),
        opens(1, TEXT),
        says("x", 1),
        closes(1),
        opens(2, tool("b", "f")),
        fills('{"y":2}', 2),
        closes(2),
        stops("tool_use"),
        END,
      ),
    ).toEqual([
      "a ( f",
      "a + {}",
      "a )",
      "call a f {} valid",
      "text-0 (",
      "text-0 + x",
      "text-0 )",
      "b ( f",
      'b + {"y":2}',
      "b )",
      'call b f {"y":2} valid',
      "usage",
      "finish tool-calls tool_use",
    ]);
  });

  test.each([
    ["followed by another block", [opens(1, TEXT)], "valid"],
    ["followed by its stop reason", [stops("tool_use"), END], "valid"],
    ["cut by the token limit", [stops("max_tokens"), END], "truncated"],
    ["cut by the connection", [], "truncated"],
  ])("without input, %s, is known only then", (_, rest, state) => {
    const before = [opens(0, tool("a", "f")), fills(""), closes()];
    const calls = lines(...before, ...rest).filter((line) => line.startsWith("call"));
    expect(calls).toEqual([`call a f  ${state}`]);
  });

  test.each([
    ["invalid, as eager streaming allows", '{"x":1]', [closes()], "invalid"],
    ["cut", '{"x":[1', [closes(), stops("max_tokens"), END], "truncated"],
    ["cut without a stop", "1", [stops("max_tokens"), END], "truncated"],
    ["without a stop", "{}", [END], "valid"],
  ])("keeps input that is %s", (_, input, rest, state) => {
    const calls = lines(opens(0, tool("a", "f")), fills(input), ...rest).filter((line) =>
      line.startsWith("call"),
    );
    expect(calls).toEqual([`call a f ${input} ${state}`]);
  });

  test("may have its input in the start, which counts unless deltas come", () => {
    const start = opens(0, tool("a", "f", { input: { x: 1 } }));
    expect(lines(start, closes()).slice(1, 4)).toEqual([
      'a + {"x":1}',
      "a )",
      'call a f {"x":1} valid',
    ]);
    expect(lines(start, fills('{"x":2}'), closes())[3]).toBe('call a f {"x":2} valid');
    expect(lines(opens(0, tool("a", "f", { input: "{}" })), closes(), END)[2]).toBe(
      "call a f  truncated",
    );
  });

  test("keeps its own id as metadata where a block has it already", () => {
    const twice = [opens(0, tool("a", "f")), fills("{}"), closes()];
    expect(decode([...twice, ...twice, END]).filter(({ type }) => type === "tool-call")).toEqual([
      { type: "tool-call", toolCallId: "a", toolName: "f", input: "{}", inputState: "valid" },
      {
        type: "tool-call",
        toolCallId: "tool-0",
        toolName: "f",
        input: "{}",
        inputState: "valid",
        providerMetadata: { anthropic: { id: "a" } },
      },
    ]);
  });

  test("without a name is an error that keeps the bytes", () => {
    expect(decode([fills('{"x"'), fills(":1}"), closes(), END])).toMatchObject([
      { type: "error", error: { kind: "malformed-event", data: { id: "", input: '{"x":1}' } } },
      { type: "finish", finishReason: { unified: "error" } },
    ]);
    expect(lines(fills(""), closes(), END)).toEqual(["finish other"]);
  });
});

describe("tools of the provider", () => {
  const search = { type: "server_tool_use", id: "s", name: "web_search", input: {} };

  test("come with their results and what they found", () => {
    const content = [
      { type: "web_search_result", url: "https://a.org", title: "A", encrypted_content: "e" },
      { type: "web_search_result", url: "https://a.org", title: "A again" },
    ];
    expect(
      lines(
        opens(0, search),
        fills('{"query":"x"}'),
        closes(),
        opens(1, { type: "web_search_tool_result", tool_use_id: "s", content }),
        closes(1),
        stops("end_turn"),
        END,
      ),
    ).toEqual([
      "s ( web_search provider",
      's + {"query":"x"}',
      "s )",
      'call s web_search {"query":"x"} valid',
      `result s ${JSON.stringify(content)}`,
      "source url https://a.org A",
      "usage",
      "finish stop end_turn",
    ]);
  });

  test("are no calls to be answered", () => {
    expect(lines(opens(0, search), fills("{}"), closes(), END).at(-1)).toBe("finish other");
  });

  test.each([
    ["web_fetch", { type: "web_fetch_result", url: "u:", content: { title: "T" } }, false],
    ["web_search", { type: "web_search_tool_result_error", error_code: "max_uses" }, true],
    ["code_execution", { type: "code_execution_result", stdout: "1", return_code: 0 }, false],
    ["bash_code_execution", { type: "bash_code_execution_tool_result_error" }, true],
    ["new", [{ type: "unheard_of" }], false],
  ])("%s has its result as it came, or its error", (name, content, isError) => {
    const [result] = decode([opens(0, { type: `${name}_tool_result`, tool_use_id: "s", content })]);
    expect(result).toEqual({
      type: "tool-result",
      toolCallId: "s",
      result: content,
      ...(isError && { isError }),
    });
  });

  test("of an MCP server tell which", () => {
    const use = { type: "mcp_tool_use", id: "m", name: "ask", server_name: "wiki", input: {} };
    const result = { type: "mcp_tool_result", tool_use_id: "m", is_error: true, content: [] };
    const parts = decode([opens(0, use), fills("{}"), closes(), opens(1, result), END]);
    expect(parts.slice(3, 5)).toEqual([
      {
        type: "tool-call",
        toolCallId: "m",
        toolName: "ask",
        input: "{}",
        inputState: "valid",
        providerExecuted: true,
        providerMetadata: { anthropic: { server_name: "wiki" } },
      },
      { type: "tool-result", toolCallId: "m", result: [], isError: true },
    ]);
  });
});

describe("citations", () => {
  const cites = (citation: object, index = 0): object =>
    adds(index, { type: "citations_delta", citation });

  test.each([
    [
      { type: "web_search_result_location", url: "https://a", title: "A", encrypted_index: "e" },
      { kind: "url", url: "https://a", title: "A" },
    ],
    [
      { type: "char_location", document_title: "D", file_id: "f", start_char_index: 1 },
      { kind: "file", title: "D", fileId: "f" },
    ],
    [
      { type: "page_location", document_title: "D", file_id: null },
      { kind: "document", title: "D" },
    ],
    [
      { type: "search_result_location", source: "https://s", title: null },
      { kind: "url", url: "https://s" },
    ],
    [{ type: "search_result_location", source: "shelf 3" }, { kind: "document" }],
  ])("are sources of the text they stand in: %j", (citation, source) => {
    const cited = { ...citation, cited_text: "said" };
    const parts = decode([opens(0, TEXT), cites(cited), says("x"), END]);
    expect(parts[1]).toEqual({
      type: "source",
      id: "source-0",
      source,
      anchor: { blockId: "text-0", citedText: "said" },
      providerMetadata: { anthropic: cited },
    });
  });

  test("may stand in the start of a text", () => {
    const citations = [{ type: "char_location", document_title: "D" }];
    expect(lines(opens(0, { ...TEXT, citations }), closes(), END)).toEqual([
      "text-0 (",
      "source document D",
      "text-0 )",
      "finish other",
    ]);
  });
});

describe("blocks", () => {
  test("may interleave", () => {
    expect(
      lines(
        opens(0, THINKING),
        opens(1, TEXT),
        thinks("a", 0),
        says("x", 1),
        thinks("b", 0),
        closes(1),
        says("y", 2),
        closes(0),
        END,
      ),
    ).toEqual([
      "reasoning-0 (",
      "text-0 (",
      "reasoning-0 + a",
      "text-0 + x",
      "reasoning-0 + b",
      "text-0 )",
      "text-1 (",
      "text-1 + y",
      "reasoning-0 )",
      "text-1 )",
      "finish other",
    ]);
  });

  test("may be calls without input that stop one behind the other", () => {
    const both = [opens(0, tool("a", "f")), opens(1, tool("b", "g")), closes(0), closes(1)];
    expect(lines(...both, stops("tool_use"), END)).toEqual([
      "a ( f",
      "b ( g",
      "a )",
      "call a f  valid",
      "b )",
      "call b g  valid",
      "usage",
      "finish tool-calls tool_use",
    ]);
  });

  test("may lack their starts, their stops and their indexes", () => {
    expect(
      lines(
        says("x", null),
        opens(null, tool("a", "f")),
        fills("{}", null),
        closes(null),
        thinks("b", 7),
        says("y", 7),
        opens(7, TEXT),
        END,
      ),
    ).toEqual([
      "text-0 (",
      "text-0 + x",
      "a ( f",
      "a + {}",
      "a )",
      "call a f {} valid",
      "reasoning-0 (",
      "reasoning-0 + b",
      "reasoning-0 )",
      "text-1 (",
      "text-1 + y",
      "text-1 )",
      "text-2 (",
      "text-0 )",
      "text-2 )",
      "finish tool-calls",
    ]);
  });

  test("are ended by the stop reason, and may go on behind it", () => {
    expect(lines(starts(), says("x"), stops("end_turn"), says("y"), END)).toEqual([
      "text-0 (",
      "text-0 + x",
      "text-0 )",
      "usage",
      "text-1 (",
      "text-1 + y",
      "text-1 )",
      "finish stop end_turn",
    ]);
  });
});
