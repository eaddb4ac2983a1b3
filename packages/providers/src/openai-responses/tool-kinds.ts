import { inputText } from "../shared/tool-input.ts";
import { fields, text, type Wire } from "../shared/wire.ts";

/** What is particular to the calls of one type of item. */
export interface ToolKind {
  toolName: (item: Wire) => string;
  /** The whole input, when the item is done. */
  input: (item: Wire) => string;
  /** The fields of the item that are its input. */
  inputFields: readonly string[];
  /** The provider runs it, and tells of its result in the same item. */
  isProviders: (item: Wire) => boolean;
  /** The input is no JSON. */
  encoding?: "text";
  /** The events that bring the input, without `.delta` and `.done`; those have it in this field. */
  events?: { name: string; field: string };
  /** What of the whole input comes before and in place of the text that the events bring. */
  frame?: { before: (item: Wire) => string; escape: (piece: string) => string };
  /** The provider waits for consent. */
  needsApproval?: boolean;
}

const own = (): boolean => true;
const callers = (): boolean => false;
const named = ({ name }: Wire): string => text(name);
const json =
  /* @__NO_SIDE_EFFECTS__ */
  (...keys: string[]) =>
    (item: Wire): string =>
      inputText(
        keys.map((key) => item[key]).find((field) => field !== undefined && field !== null),
      );

/** Its parts in an order in which the long one can come last. */
function patchInput({ operation }: Wire): string {
  const { diff, ...rest } = fields(operation);
  return diff === undefined ? inputText(operation) : inputText({ ...rest, diff });
}

export const TOOL_KINDS: Readonly<Record<string, ToolKind>> = {
  function_call: {
    toolName: named,
    input: json("arguments"),
    inputFields: ["arguments"],
    isProviders: callers,
    events: { name: "function_call_arguments", field: "arguments" },
  },
  custom_tool_call: {
    toolName: named,
    input: json("input"),
    inputFields: ["input"],
    isProviders: callers,
    encoding: "text",
    events: { name: "custom_tool_call_input", field: "input" },
  },
  mcp_call: {
    toolName: named,
    input: json("arguments"),
    inputFields: ["arguments"],
    isProviders: own,
    events: { name: "mcp_call_arguments", field: "arguments" },
  },
  mcp_approval_request: {
    toolName: named,
    input: json("arguments"),
    inputFields: ["arguments"],
    isProviders: own,
    needsApproval: true,
  },
  web_search_call: {
    toolName: () => "web_search",
    input: json("action"),
    inputFields: ["action"],
    isProviders: own,
  },
  file_search_call: {
    toolName: () => "file_search",
    input: ({ queries }) => inputText({ queries }),
    inputFields: ["queries"],
    isProviders: own,
  },
  code_interpreter_call: {
    toolName: () => "code_interpreter",
    input: json("code"),
    inputFields: ["code"],
    isProviders: own,
    encoding: "text",
    events: { name: "code_interpreter_call_code", field: "code" },
  },
  image_generation_call: {
    toolName: () => "image_generation",
    input: () => "",
    inputFields: ["result"], // told as a file
    isProviders: own,
  },
  computer_call: {
    toolName: () => "computer",
    input: json("action", "actions"),
    inputFields: ["action", "actions"],
    isProviders: callers,
  },
  local_shell_call: {
    toolName: () => "local_shell",
    input: json("action"),
    inputFields: ["action"],
    isProviders: callers,
  },
  shell_call: {
    toolName: () => "shell",
    input: json("action"),
    inputFields: ["action"],
    isProviders: ({ environment }) => fields(environment)["type"] === "container_reference",
  },
  apply_patch_call: {
    toolName: () => "apply_patch",
    input: patchInput,
    inputFields: ["operation"],
    isProviders: callers,
    events: { name: "apply_patch_call_operation_diff", field: "diff" },
    frame: {
      before: ({ operation }) =>
        patchInput({ operation: { ...fields(operation), diff: "" } }).slice(0, -2),
      escape: (piece) => JSON.stringify(piece).slice(1, -1),
    },
  },
  tool_search_call: {
    toolName: () => "tool_search",
    input: json("arguments"),
    inputFields: ["arguments"],
    isProviders: ({ execution }) => execution === "server",
  },
};

/** The type of the item that an event is about, by the event's name. */
export function typeOfEvent(name: string): string | undefined {
  const [begin = ""] = name.split(".", 1);
  if (Object.hasOwn(TOOL_KINDS, begin)) return begin;
  return Object.keys(TOOL_KINDS).find((type) => TOOL_KINDS[type]!.events?.name === begin);
}
