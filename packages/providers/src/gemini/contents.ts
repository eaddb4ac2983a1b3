import type { FilePart, Logprob, ProviderMetadata } from "@millrace/parts";
import { emitCustom, metadata, type Answer } from "../shared/answer.ts";
import { isAscii } from "../shared/ascii.ts";
import { openBlocks } from "../shared/blocks.ts";
import { fields, text, type Wire } from "../shared/wire.ts";
import { filePart } from "./file-part.ts";
import { openFunctionCalls } from "./function-calls.ts";
import type { Cited } from "./grounding.ts";
import { openServerTools } from "./server-tools.ts";

/** What a candidate says, thinks, calls and shows. */
export interface Contents {
  /** Of calls told of so far, those that the client is to answer. */
  readonly callCount: number;
  /** What sources are cited for. */
  readonly cited: Cited;
  /** Takes one of the wire's parts; its text, if it has any, comes with these logprobs. */
  read(part: Wire, logprobs: Logprob[] | undefined): void;
  /** Text has come that was foreseen. */
  hear(piece: string): void;
  /** Ends what is open. `whole`: nothing of a call is missing. */
  end(whole: boolean): void;
}

// Places of blocks, of which but one is open.
const TEXT = "text";
const THOUGHT = "thought";

const CONTENTS = [
  "functionCall",
  "executableCode",
  "toolCall",
  "codeExecutionResult",
  "toolResponse",
  "inlineData",
  "fileData",
];

/**
 * The parts of the wire have no ends: text goes on until something else comes. A signature belongs
 * to the part that it stands in, which may say nothing else.
 */
export function openContents(answer: Answer): Contents {
  const { emit, ids } = answer;
  const blocks = openBlocks(emit, ids);
  const calls = openFunctionCalls(answer);
  const serverTools = openServerTools(answer);
  let textBlocks = 0;
  let hasOffsets = true; // all text so far is ASCII
  let soundId: string | undefined;

  /** The field that says what the part is, if it is no text. */
  function readContent(part: Wire, about: ProviderMetadata | undefined): string | undefined {
    const field = CONTENTS.find((name) => part[name]);
    const value = field && part[field];
    if (field === undefined) return undefined;
    if (field === "functionCall") {
      blocks.endAll();
      calls.read(value, about);
    } else if (field === "executableCode") {
      interrupt();
      serverTools.call("code_execution", value, value, about);
    } else if (field === "toolCall") {
      interrupt();
      const { toolType, args } = fields(value);
      serverTools.call(text(toolType) || "tool", value, args, about);
    } else if (field === "codeExecutionResult" || field === "toolResponse") {
      interrupt();
      serverTools.result(field, value, about);
    } else {
      const file = filePart(value);
      if (file === undefined) return undefined;
      interrupt();
      show(file, part["thought"] === true, about);
    }
    return field;
  }

  function show(file: FilePart, reasoning: boolean, about: ProviderMetadata | undefined): void {
    const isSound = file.data.type === "data" && file.mediaType.startsWith("audio/");
    if (isSound) soundId ??= ids.next("audio");
    emit({
      ...file,
      // A picture comes whole, sound in pieces.
      ...(isSound && { id: soundId!, delta: true }),
      ...(reasoning && { reasoning }),
      ...(about && { providerMetadata: about }),
    });
  }

  function interrupt(): void {
    blocks.endAll();
    calls.end(true);
  }

  function think(piece: string, signature: string): void {
    if (piece + signature === "") return;
    if (!blocks.isOpen(THOUGHT, "summary")) {
      interrupt();
      blocks.start(THOUGHT, "reasoning", "summary");
    }
    if (piece !== "") blocks.delta(THOUGHT, piece);
    if (signature !== "") blocks.end(THOUGHT, { signature });
  }

  function say(piece: string, about?: ProviderMetadata, logprobs?: Logprob[]): void {
    if (piece === "" && about === undefined) return;
    if (!blocks.isOpen(TEXT, undefined)) {
      interrupt();
      blocks.start(TEXT, "text", undefined);
      textBlocks++;
    }
    hasOffsets &&= isAscii(piece);
    if (about === undefined && logprobs === undefined) blocks.delta(TEXT, piece);
    else {
      const extra = { ...(about && { providerMetadata: about }), ...(logprobs && { logprobs }) };
      blocks.delta(TEXT, piece, extra);
    }
  }

  return {
    get callCount() {
      return calls.count;
    },
    get cited() {
      return { blockId: blocks.latestText, hasOffsets: hasOffsets && textBlocks === 1 };
    },
    read(part, logprobs) {
      const signature = text(part["thoughtSignature"]);
      const said = text(part["text"]);
      const about =
        signature === "" ? undefined : metadata(answer, { thoughtSignature: signature });
      const content = readContent(part, about?.providerMetadata);
      const isOther = content !== undefined;
      if (part["thought"] === true) think(said, isOther ? "" : signature);
      else say(said, isOther ? undefined : about?.providerMetadata, logprobs);
      for (const field in part) {
        const value = part[field];
        if (field !== content && !READ.has(field) && value !== undefined && value !== null) {
          emitCustom(answer, field, value);
        }
      }
    },
    hear(piece) {
      if (blocks.isOpen(TEXT, undefined)) hasOffsets &&= isAscii(piece);
    },
    end(whole) {
      blocks.endAll();
      calls.end(whole);
    },
  };
}

const READ: ReadonlySet<string> = new Set(["text", "thought", "thoughtSignature"]);
