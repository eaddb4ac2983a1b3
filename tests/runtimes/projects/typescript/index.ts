import { fuse, pipe, stage, type Stage } from "@millrace/core";
import { sentences } from "@millrace/buffers";
import { collect, text, type Part } from "@millrace/parts";
import { decodeOpenaiChat } from "@millrace/providers/openai-chat";
import { decodeSse, sseResponse } from "@millrace/sse";

const headers = { "content-type": "text/event-stream" };
const chunk = {
  choices: [{ delta: { content: "Mills turn. Races run." }, finish_reason: "stop" }],
};
const response = new Response(`data: ${JSON.stringify(chunk)}\n\n`, { headers });

const loud: () => Stage<string, string> = () =>
  stage((emit) => ({ push: (sentence) => emit(sentence.trim().toUpperCase()) }));

const [parts, copy]: [ReadableStream<Part>, ReadableStream<Part>] = response
  .body!.pipeThrough(decodeSse())
  .pipeThrough(decodeOpenaiChat())
  .tee();
const said: string[] = [];
for await (const sentence of pipe(parts, text(), fuse(sentences(), loud()))) said.push(sentence);
said.push((await collect(copy)).text);
said.push(String((await sseResponse(said).text()).length > 0));
console.log(said.join(" "));
