import type { Prompt } from "../../prompt.ts";

/** Of an empty list nothing can be chosen: a choice that demands no call goes without saying, and APIs refuse it. */
export function toolChoiceOf({ tools, toolChoice }: Prompt): Prompt["toolChoice"] {
  const isDemand = toolChoice === "required" || typeof toolChoice === "object";
  return tools?.length === 0 && !isDemand ? undefined : toolChoice;
}
