import { pipe } from "@millrace/core";
import { decodeSse } from "@millrace/sse";

const said = [];
const { body } = new Response("data: mill\n\ndata: race\n\n");
for await (const { data } of pipe(body, decodeSse())) said.push(data);
console.log(said.join(" "));
