import { openaiChat } from "@millrace/providers/openai-chat";

/**
 * A model that recipes ask. In place of one that plays answers put yours:
 * `{ apiKey, model }`.
 */
export function modelOf(name: string) {
  return openaiChat({
    baseURL: process.env["MODEL_URL"] ?? "http://localhost:8080/v1",
    model: name,
  });
}

export const model = modelOf("replay");
