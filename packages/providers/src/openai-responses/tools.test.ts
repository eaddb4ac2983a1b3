import type { Part } from "@millrace/parts";
import { describe, expect, test } from "vitest";
import {
  about,
  adds,
  call,
  decode,
  does,
  ends,
  fills,
  lines,
  only,
  says,
} from "./responses.fixture.ts";

describe("calls for the caller", () => {
  test("start when they are announced and are told of when their input is whole", () => {
    const done = call("a", "f", { arguments: '{"x":1}', status: "completed", namespace: "n" });
    const parts = decode([
      adds(call("a", "f", { namespace: "n" })),
      fills('{"x":'),
      fills("1}"),
      about("function_call_arguments.done", 0, { arguments: '{"x":1}' }),
      does(done),
      ends(),
    ]);
    expect(parts.slice(0, -1)).toEqual([
      { type: "tool-input-start", id: "a", toolName: "f" },
      { type: "tool-input-delta", id: "a", delta: '{"x":' },
      { type: "tool-input-delta", id: "a", delta: "1}" },
      { type: "tool-input-end", id: "a" },
      {
        type: "tool-call",
        toolCallId: "a",
        toolName: "f",
        input: '{"x":1}',
        inputState: "valid",
        providerMetadata: { openai: { itemId: "fc_a", namespace: "n" } },
      },
    ]);
  });

  test("may run beside each other", () => {
    expect(
      lines(
        adds(call("a", "f"), 0),
        adds(call("b", "g"), 1),
        fills("[", 0),
        fills("{", 1),
        fills("]", 0),
        fills("}", 1),
        does(call("b", "g", { arguments: "{}" }), 1),
        does(call("a", "f", { arguments: "[]" }), 0),
        ends(),
      ).filter((line) => /^call|finish/.test(line)),
    ).toEqual(["call b g {} valid", "call a f [] valid", "finish tool-calls completed"]);
  });

  test.each([
    ["whole, but told once", [fills("{}"), does(call("a", "f", { arguments: "{}" }))], "{} valid"],
    ["whole at the end", [does(call("a", "f", { arguments: "{}" }))], "{} valid"],
    ["longer at the end", [fills("{"), does(call("a", "f", { arguments: "{}" }))], "{} valid"],
    ["none", [does(call("a", "f"))], " valid"],
    ["none, as it was cut", [does(call("a", "f", { status: "incomplete" }))], " truncated"],
    ["cut", [fills('{"x'), does(call("a", "f", { arguments: '{"x' }))], '{"x truncated'],
    ["cut by the connection", [fills("{")], "{ truncated"],
    ["never done", [fills("{}"), ends()], "{} valid"],
    ["no JSON", [fills("x"), does(call("a", "f", { arguments: "x" }))], "x invalid"],
    ["a value", [does(call("a", "f", { arguments: { x: 1 } }))], '{"x":1} valid'],
  ])("whose input is %s", (_, events, expected) => {
    expect(only("call", lines(adds(call("a", "f")), ...events))).toEqual([`call a f ${expected}`]);
  });

  test.each(["x", '{"x'])(
    "are what a response is complete for, also with %s for input",
    (input) => {
      const events = [
        adds(call("a", "f")),
        fills(input),
        does(call("a", "f", { arguments: input })),
      ];
      expect(lines(...events, ends()).at(-1)).toBe("finish tool-calls completed");
      expect(lines(...events, "[DONE]").at(-1)).toBe("finish other");
    },
  );

  test("keep what was streamed where the whole says otherwise", () => {
    const parts = decode([
      adds(call("a", "f")),
      fills('{"x": 1}'),
      does(call("a", "f", { arguments: '{"x":1}' })),
    ]);
    expect(parts.find(({ type }) => type === "tool-call")).toMatchObject({
      toolCallId: "a",
      input: '{"x": 1}',
      providerMetadata: { openai: { input: '{"x":1}' } },
    });
  });

  test("that were not announced get their names at the end", () => {
    const done = about("function_call_arguments.done", 0, { arguments: "{}", name: "f" });
    expect(lines(fills("{"), done, does(call("a", "f", { arguments: "{}" })), ends())).toEqual([
      "a ( f",
      "a + {}",
      "a )",
      "call a f {} valid",
      "finish tool-calls completed",
    ]);
    expect(decode([fills("{}"), ends()])).toMatchObject([
      { type: "error", error: { kind: "malformed-event", data: { input: "{}" } } },
      { type: "finish" },
    ]);
  });

  test("with free text have it as it is", () => {
    const tool = { type: "custom_tool_call", id: "ctc", call_id: "a", name: "sql", input: "" };
    const delta = about("custom_tool_call_input.delta", 0, { delta: "SELECT" });
    const done = about("custom_tool_call_input.done", 0, { input: "SELECT 1" });
    expect(lines(adds(tool), delta, done, does({ ...tool, input: "SELECT 1" }), ends())).toEqual([
      "a ( sql text",
      "a + SELECT",
      "a +  1",
      "a )",
      "call a sql SELECT 1 text",
      "finish tool-calls completed",
    ]);
  });

  test.each<[object, string]>([
    [
      {
        type: "computer_call",
        action: { type: "click", x: 1 },
        pending_safety_checks: [{ id: "s" }],
      },
      'computer {"type":"click","x":1}',
    ],
    [{ type: "computer_call", actions: [{ type: "wait" }] }, 'computer [{"type":"wait"}]'],
    [{ type: "local_shell_call", action: { command: ["ls"] } }, 'local_shell {"command":["ls"]}'],
    [
      { type: "shell_call", action: { commands: ["ls"] }, environment: { type: "local" } },
      'shell {"commands":["ls"]}',
    ],
    [
      { type: "tool_search_call", arguments: { goal: "g" }, execution: "client" },
      'tool_search {"goal":"g"}',
    ],
    [
      { type: "apply_patch_call", operation: { diff: "+", type: "create_file", path: "p" } },
      'apply_patch {"type":"create_file","path":"p","diff":"+"}',
    ],
    [
      { type: "apply_patch_call", operation: { type: "delete_file", path: "p" } },
      'apply_patch {"type":"delete_file","path":"p"}',
    ],
  ])("of the format's own tools: %j", (item, expected) => {
    const done = { ...item, id: "i", call_id: "c" };
    // The id that counts is that of the end.
    const begun = {
      ...item,
      id: "i",
      call_id: item["type" as keyof object] === "apply_patch_call" ? "c" : "b",
    };
    expect(only("call", lines(adds(begun), does(done), ends()))).toEqual([
      `call c ${expected} valid`,
    ]);
    expect(lines(does(done), ends()).at(-1)).toBe("finish tool-calls completed");
  });

  test("that began and were cut are truncated", () => {
    const item = { type: "computer_call", id: "i", call_id: "c" };
    expect(lines(adds(item))).toEqual([
      "c ( computer",
      "c )",
      "call c computer  truncated",
      "finish interrupted",
    ]);
  });

  test("for a patch have its text as it is written", () => {
    const patch = (diff: string): object => ({
      type: "apply_patch_call",
      id: "i",
      call_id: "c",
      operation: { type: "update_file", path: "p", diff },
    });
    const delta = (text: string): object =>
      about("apply_patch_call_operation_diff.delta", 0, { delta: text });
    const done = about("apply_patch_call_operation_diff.done", 0, { diff: '+"\n-' });
    expect(lines(adds(patch("")), delta('+"'), delta("\n-"), done, does(patch('+"\n-')))).toEqual([
      "c ( apply_patch",
      'c + {"type":"update_file","path":"p","diff":"',
      'c + +\\"',
      "c + \\n-",
      'c + "}',
      "c )",
      'call c apply_patch {"type":"update_file","path":"p","diff":"+\\"\\n-"} valid',
      "finish interrupted",
    ]);
  });
});

test("A call without the name of its tool is told of once", () => {
  const nameless = call("a", "");
  const done = does({ ...nameless, arguments: "{}" });
  expect(lines(adds(nameless), fills("{"), done, done, ends("completed", { output: [] }))).toEqual([
    "error malformed-event A tool call came without the name of its tool",
    "finish stop completed",
  ]);
});

describe("tools of the provider", () => {
  test.each<[object, string, string]>([
    [
      { type: "web_search_call", status: "completed", action: { type: "search", query: "q" } },
      'web_search {"type":"search","query":"q"} valid',
      '{"status":"completed"}',
    ],
    [
      {
        type: "file_search_call",
        status: "completed",
        queries: ["q"],
        results: [{ file_id: "f" }],
      },
      'file_search {"queries":["q"]} valid',
      '{"status":"completed","results":[{"file_id":"f"}]}',
    ],
    [
      { type: "code_interpreter_call", code: "1+1", container_id: "c", outputs: [{ logs: "2" }] },
      "code_interpreter 1+1 text",
      '{"container_id":"c","outputs":[{"logs":"2"}]}',
    ],
    [
      {
        type: "mcp_call",
        name: "ask",
        arguments: "{}",
        server_label: "s",
        output: "o",
        error: null,
      },
      "ask {} valid",
      '{"server_label":"s","output":"o"}',
    ],
    [
      {
        type: "shell_call",
        action: { commands: ["ls"] },
        environment: { type: "container_reference", container_id: "c" },
      },
      'shell {"commands":["ls"]} valid',
      '{"environment":{"type":"container_reference","container_id":"c"}}',
    ],
    [
      { type: "tool_search_call", arguments: {}, execution: "server" },
      "tool_search {} valid",
      '{"execution":"server"}',
    ],
  ])("come with their results: %j", (item, called, result) => {
    const done = { ...item, id: "i" };
    const all = lines(adds(done), does(done), ends());
    expect(all[0]).toBe(
      `i ( ${called.split(" ")[0]!}${called.endsWith("text") ? " text" : ""} provider`,
    );
    expect(only("call", all)).toEqual([`call i ${called}`]);
    expect(only("result", all)).toEqual([`result i ${result}`]);
    expect(all.at(-1)).toBe("finish stop completed");
  });

  test("tell what they are doing", () => {
    const item = { type: "web_search_call", id: "ws" };
    const status = (word: string): object => ({
      ...about(`web_search_call.${word}`, 0, { item_id: "ws" }),
      sequence_number: 3,
    });
    const parts = decode([adds(item), status("searching")]);
    expect(parts[1]).toEqual({
      type: "status",
      status: "searching",
      blockId: "ws",
      cursor: { kind: "sequence", value: 3 },
    });
    expect(lines(about("mcp_list_tools.in_progress", 4, { item_id: "l" }))[0]).toBe(
      "status mcp_list_tools.in_progress",
    );
    expect(lines({ type: "keepalive" })[0]).toBe("status ping");
  });

  test("call before they run, when their input is whole", () => {
    const item = { type: "code_interpreter_call", id: "ci", code: "" };
    const code = (rest: object, state: string): object =>
      about(`code_interpreter_call_code.${state}`, 0, rest);
    expect(
      lines(
        adds(item),
        code({ delta: "1+" }, "delta"),
        code({ delta: "1" }, "delta"),
        code({ code: "1+1" }, "done"),
        about("code_interpreter_call.interpreting", 0),
        does({ ...item, code: "1+1", outputs: null, status: "completed" }),
      ),
    ).toEqual([
      "ci ( code_interpreter text provider",
      "ci + 1+",
      "ci + 1",
      "ci )",
      "call ci code_interpreter 1+1 text",
      "status interpreting",
      'result ci {"status":"completed"}',
      "finish interrupted",
    ]);
  });

  test("may fail", () => {
    const failed = { type: "mcp_call", id: "m", name: "f", arguments: "{}", error: { code: 1 } };
    const results = (item: object): Part[] =>
      decode([does(item)]).filter(({ type }) => type === "tool-result");
    expect(results(failed)).toMatchObject([{ isError: true, result: { error: { code: 1 } } }]);
    expect(results({ type: "web_search_call", id: "w", status: "failed" })).toMatchObject([
      { isError: true },
    ]);
  });

  test("may wait for consent, which the caller has to give", () => {
    const item = { type: "mcp_approval_request", id: "r", name: "f", arguments: "{}" };
    const parts = decode([does({ ...item, server_label: "s" }), ends()]);
    expect(parts.slice(2)).toMatchObject([
      { type: "tool-input-end" },
      {
        type: "tool-call",
        toolCallId: "r",
        approvalId: "r",
        providerExecuted: true,
        providerMetadata: { openai: { server_label: "s" } },
      },
      { type: "finish", finishReason: { unified: "tool-calls" } },
    ]);
  });

  test("that make images show them as they come", () => {
    const item = { type: "image_generation_call", id: "ig", status: "generating" };
    const partial = { partial_image_b64: "QQ==", partial_image_index: 0, output_format: "webp" };
    const parts = decode([
      adds(item),
      about("image_generation_call.partial_image", 0, partial),
      does({ ...item, result: "Qg==", status: "completed", revised_prompt: "p" }),
      ends(),
    ]);
    expect(parts.slice(1)).toMatchObject([
      {
        type: "file",
        id: "ig",
        mediaType: "image/webp",
        data: { type: "data", data: "QQ==" },
        preliminary: true,
      },
      { type: "tool-input-end" },
      { type: "tool-call", toolName: "image_generation", input: "", inputState: "valid" },
      { type: "tool-result", result: { status: "completed", revised_prompt: "p" } },
      { type: "file", id: "ig", mediaType: "image/png", data: { type: "data", data: "Qg==" } },
      { type: "finish", finishReason: { unified: "stop" } },
    ]);
    const svg = does({ ...item, result: "Qg==", output_format: "svg" });
    expect(lines(svg)).toContain("file image/svg+xml Qg==");
  });
});

describe("other items", () => {
  test.each<[object, string]>([
    [{ type: "function_call_output", call_id: "a", output: "42" }, 'result a "42"'],
    [
      { type: "shell_call_output", call_id: "a", output: [{ stdout: "x" }] },
      'result a [{"stdout":"x"}]',
    ],
    [
      { type: "computer_call_output", call_id: "a", output: { type: "i" } },
      'result a {"type":"i"}',
    ],
    [
      { type: "mcp_list_tools", tools: [] },
      'custom openai.mcp_list_tools {"type":"mcp_list_tools","tools":[]}',
    ],
    [
      { type: "compaction", encrypted_content: "e" },
      'custom openai.compaction {"type":"compaction","encrypted_content":"e"}',
    ],
    [{ type: "program", code: "c" }, 'custom openai.program {"type":"program","code":"c"}'],
    [{ type: "new_thing" }, 'custom openai.new_thing {"type":"new_thing"}'],
    [{}, "custom openai.item {}"],
  ])("are results, or come as they are, once: %j", (item, expected) => {
    expect(lines(adds(item), does(item), does(item), ends())).toEqual([
      expected,
      "finish stop completed",
    ]);
    expect(lines(adds(item))[0]).toBe(expected);
  });

  test("that failed are errors", () => {
    const item = { type: "apply_patch_call_output", call_id: "a", output: "no", status: "failed" };
    expect(decode([does(item)])[0]).toMatchObject({ isError: true, result: "no" });
  });
});

describe("unknown events", () => {
  test("come as they are, never silently", () => {
    expect(
      lines(
        says("x"),
        { type: "response.new.event", output_index: 0, value: 1 },
        { type: "response.steer.accepted", steer: { id: "s" } },
        about("shell_call_output_content.delta", 0, { command_index: 0, delta: { stdout: "x" } }),
        { type: "unheard_of" },
        { hello: 1 },
      ).slice(2, -2),
    ).toEqual([
      'custom openai.new.event {"type":"response.new.event","output_index":0,"value":1}',
      'custom openai.steer.accepted {"type":"response.steer.accepted","steer":{"id":"s"}}',
      'custom openai.shell_call_output_content.delta {"type":"response.shell_call_output_content.delta","output_index":0,"command_index":0,"delta":{"stdout":"x"}}',
      'custom openai.unheard_of {"type":"unheard_of"}',
      'custom openai.event {"hello":1}',
    ]);
  });
});
