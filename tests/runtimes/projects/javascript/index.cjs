const { run } = require("@millrace/core");
const { decodeSse } = require("@millrace/sse");

const events = run(decodeSse(), ["data: mill\n\ndata: race\n\n"]);
console.log(events.map(({ data }) => data).join(" "));
