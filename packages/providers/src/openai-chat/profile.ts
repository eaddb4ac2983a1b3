import { stage, type Stage } from "@millrace/core";
import type { Part } from "@millrace/parts";
import { readAnswer, type DecoderOptions, type Format } from "../shared/read-answer.ts";
import { fields } from "../shared/wire.ts";
import { chatDeltaPlace } from "./delta-place.ts";
import { readChat } from "./read-chat.ts";
import { renameFields } from "./rename-fields.ts";

/**
 * What is particular to one speaker of the format. On the wire nothing has to be said of that: it
 * shows in the shape of what they send. What is left are names.
 */
export interface ChatProfile extends Pick<Format, "stage" | "title" | "name"> {
  /** Of the official SDK's objects, where they are not those of the wire. */
  sdk?: {
    /** The field that holds the chunk. */
    envelope: string;
    /** The wire's names of fields, by the SDK's. */
    names: Readonly<Record<string, string>>;
  };
}

export function decodeChat<I>(profile: ChatProfile, options: DecoderOptions): Stage<I, Part> {
  const { sdk, ...names } = profile;
  const format: Format = { ...names, deltaPlace: chatDeltaPlace, open: readChat };
  return stage((emit, end) => {
    const machine = readAnswer<unknown>(format, options, emit, end);
    if (sdk === undefined) return machine;
    return {
      ...machine,
      push(input) {
        const chunk = fields(input)[sdk.envelope];
        const isWrapped = typeof chunk === "object" && chunk !== null;
        machine.push(isWrapped ? renameFields(chunk, sdk.names) : input);
      },
    };
  });
}
