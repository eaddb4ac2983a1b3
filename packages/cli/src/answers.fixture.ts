/** An answer in OpenAI's chat format, one event a piece. */
export function chatAnswer(...pieces: string[]): string {
  const chunks = pieces.map((content) => ({ choices: [{ index: 0, delta: { content } }] }));
  const last = { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] };
  const events = [...chunks, last].map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`);
  return `${events.join("")}data: [DONE]\n\n`;
}
