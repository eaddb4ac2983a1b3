import type { ToolCall } from "@millrace/parts";
import { metadata, type Answer } from "../shared/answer.ts";
import { malformedEvent } from "../shared/stream-error.ts";
import { startTool, type ToolBlock } from "../shared/tool-block.ts";
import { known, text, type Wire } from "../shared/wire.ts";
import { emitImage } from "./image.ts";
import type { Item, ItemNews } from "./item.ts";
import type { ToolKind } from "./tool-kinds.ts";

const UNFRAMED: NonNullable<ToolKind["frame"]> = { before: () => "", escape: (piece) => piece };

const NAMES: ReadonlySet<string> = new Set(["id", "type", "call_id", "name"]);

/**
 * A call, and the result where the provider has run it. It starts as soon as its id is sure: the
 * caller's calls whose input is not streamed may get theirs when they are done.
 */
export function openToolItem(answer: Answer, news: ItemNews, kind: ToolKind, begun: Wire): Item {
  const { hold, emit, fail } = answer;
  const { events, frame } = kind;
  let item = begun;
  let block: ToolBlock | undefined;
  let waiting = ""; // input that came before the name
  let call: Pick<ToolCall, "toolCallId" | "toolName"> | undefined; // once it has been told of
  let isOver = false; // or that it cannot be
  let otherwise: string | undefined; // another whole than what came

  function start(): void {
    const toolName = kind.toolName(item);
    if (block !== undefined || toolName === "") return;
    const wireId = text(item["call_id"]) || text(item["id"]);
    hold(wireId.length + toolName.length - waiting.length);
    block = startTool(answer, {
      wireId,
      toolName,
      encoding: kind.encoding,
      ...(kind.isProviders(item) && { providerExecuted: true }),
    });
    block.delta(waiting);
    waiting = "";
  }

  function write(piece: string): void {
    if (block !== undefined) block.delta(piece);
    else {
      hold(piece.length);
      waiting += piece;
    }
  }

  /** A call keeps its id, and so what has been streamed of its input: another whole stands beside. */
  function settle(whole: string): void {
    if (isOver || whole === "") return;
    const before = block?.input ?? waiting;
    if (whole.startsWith(before)) write(whole.slice(before.length));
    otherwise = whole.startsWith(before) ? undefined : whole;
  }

  function end(whole: boolean): void {
    if (isOver) return;
    isOver = true;
    start();
    if (block === undefined) {
      const id = text(item["call_id"]) || text(item["id"]);
      if (id + waiting === "") return;
      const data = { id, input: waiting };
      fail(malformedEvent("A tool call came without the name of its tool", data));
      return;
    }
    const told = block.end(whole, { ...about(), ...(kind.needsApproval && approval()) });
    const { toolCallId, toolName, inputState, providerExecuted } = told;
    call = { toolCallId, toolName };
    if (providerExecuted === true && kind.needsApproval !== true) return;
    news.called(inputState === "valid" || inputState === "text");
  }

  function approval(): { approvalId?: string } {
    return known({ approvalId: text(item["id"]) });
  }

  /** Beside the input; of the provider's own tools the result says the rest. */
  function about(): ReturnType<typeof metadata> | undefined {
    const itemId = text(item["call_id"]) === "" ? "" : text(item["id"]);
    const rest = kind.isProviders(item) && kind.needsApproval !== true ? {} : restOf("status");
    const all = {
      ...rest,
      ...(itemId !== "" && { itemId }),
      ...(otherwise !== undefined && { input: otherwise }),
    };
    return Object.keys(all).length > 0 ? metadata(answer, all) : undefined;
  }

  function restOf(...without: string[]): Record<string, unknown> {
    const left = Object.entries(item).filter(
      ([key, field]) =>
        field !== null &&
        !NAMES.has(key) &&
        !kind.inputFields.includes(key) &&
        !without.includes(key),
    );
    return Object.fromEntries(left);
  }

  function tellResult(): void {
    if (call === undefined || !kind.isProviders(item) || kind.needsApproval === true) return;
    const { toolCallId, toolName } = call;
    const isError = item["status"] === "failed" || Boolean(item["error"]);
    const result = restOf();
    emit({ type: "tool-result", toolCallId, toolName, result, ...(isError && { isError }) });
    emitImage(answer, item, text(item["result"]), toolCallId);
  }

  // Of the others the id may still change.
  if (kind.isProviders(begun) || events !== undefined) start();

  return {
    get blockId() {
      return block?.id;
    },
    read(event, name) {
      if (name === "image_generation_call.partial_image") {
        emitImage(answer, event, text(event["partial_image_b64"]), block?.id, true);
        return true;
      }
      if (events === undefined) return false;
      const { before, escape } = frame ?? UNFRAMED;
      if (name === `${events.name}.delta`) {
        if (isOver) return false;
        if (waiting === "" && (block?.inputLength ?? 0) === 0) write(before(item));
        write(escape(text(event["delta"])));
        return true;
      }
      if (name !== `${events.name}.done`) return false;
      if (block === undefined) {
        item = { ...item, ...(text(event["name"]) !== "" && { name: event["name"] }) };
      }
      const whole = text(event[events.field]);
      if (whole !== "") settle(before(item) + escape(whole));
      // Whether a call without input was cut, only the item tells.
      if (block !== undefined && whole !== "" && frame === undefined) end(true);
      return true;
    },
    done(whole) {
      item = { ...item, ...whole };
      start();
      settle(kind.input(item));
      end(item["status"] !== "incomplete");
      tellResult();
      item = {}; // results are large, and have been told of
    },
    close: end,
  };
}
