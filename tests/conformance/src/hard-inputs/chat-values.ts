// Chunks of OpenAI's chat completions.

export const DONE = "[DONE]";

export function says(content: unknown, more: object = {}): object {
  return { choices: [{ index: 0, delta: { content }, ...more }] };
}

export function said(delta: unknown, more: object = {}): object {
  return { choices: [{ index: 0, delta, ...more }] };
}

export function stops(finish_reason: string, more: object = {}): object {
  return { choices: [{ index: 0, delta: {}, finish_reason }], ...more };
}

export function calls(...tool_calls: object[]): object {
  return said({ tool_calls });
}

/** What is inside of a call. */
export function fn(name: unknown, input: unknown): { function: object } {
  return { function: { name, arguments: input } };
}
