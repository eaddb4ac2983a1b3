import { recordings, type Expected } from "./recordings.ts";

/** A text that a model wrote, with the place it was recorded at. */
export interface RecordedText {
  name: string;
  text: string;
}

/** What the recorded answers say, each text once: answers, and what was thought before them. */
export function recordedTexts(): RecordedText[] {
  const names = new Map<string, string>();
  for (const { name, expected } of recordings(() => true)) {
    for (const { text, reasoning } of expected.choices ?? [expected]) {
      for (const said of [text, reasoning]) {
        if (said && !names.has(said)) names.set(said, name);
      }
    }
  }
  return Array.from(names, ([text, name]) => ({ name, text }));
}

/** The arguments of the recorded tool calls that came as text, each once. */
export function recordedArguments(): RecordedText[] {
  const names = new Map<string, string>();
  for (const { name, expected } of recordings(() => true)) {
    const answers: Partial<Expected>[] = expected.choices ?? [expected];
    for (const { argumentsText } of answers.flatMap(({ toolCalls = [] }) => toolCalls)) {
      // Some wires have objects instead.
      if (argumentsText && !names.has(argumentsText)) names.set(argumentsText, name);
    }
  }
  return Array.from(names, ([text, name]) => ({ name, text }));
}
