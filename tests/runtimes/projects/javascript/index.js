import { run } from "@millrace/core";
import { decodeSse } from "@millrace/sse";

const events = run(decodeSse(), ["data: mill\n\ndata: race\n\n"]);
console.log(events.map(({ data }) => data).join(" "));
