// What the HTML standard and the web platform tests say of an event stream, restated as data:
// clause 9.2.6, and eventsource/format-*.

/** The type is `message` and the last id empty where it is left out. */
export type Dispatched = [
  data: string,
  type?: string | undefined,
  lastEventId?: string | undefined,
  id?: string,
];

export interface Case {
  title: string;
  input: string;
  events: Dispatched[];
  retries?: number[];
  comments?: string[];
}

export const CASES: readonly Case[] = [
  { title: "one event", input: "data: a\n\n", events: [["a"]] },
  { title: "two events", input: "data: a\n\ndata: b\n\n", events: [["a"], ["b"]] },
  { title: "several data lines", input: "data: a\ndata: b\ndata: c\n\n", events: [["a\nb\nc"]] },
  {
    title: "the standard's stock ticker",
    input: "data: YHOO\ndata: +2\ndata: 10\n\n",
    events: [["YHOO\n+2\n10"]],
  },
  {
    title: "the standard's four blocks",
    input:
      ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event",
    events: [
      ["first event", undefined, "1", "1"],
      ["second event", undefined, "", ""],
    ],
    comments: ["test stream"],
  },
  {
    title: "the standard's empty data",
    input: "data\n\ndata\ndata\n\ndata:",
    events: [[""], ["\n"]],
  },
  {
    title: "the standard's optional space",
    input: "data:test\n\ndata: test\n\n",
    events: [["test"], ["test"]],
  },
  {
    title: "only one space is removed",
    input: "data:  a\n\ndata:\ta\n\n",
    events: [[" a"], ["\ta"]],
  },
  {
    title: "a tab, a space alone and nothing before the value",
    input: "data:\ta\rdata: \ndata:b\n\n",
    events: [["\ta\n\nb"]],
  },
  { title: "spaces behind the value stay", input: "data: a \n\n", events: [["a "]] },
  { title: "CR ends lines", input: "data: a\rdata: b\r\r", events: [["a\nb"]] },
  { title: "CRLF ends lines", input: "data: a\r\ndata: b\r\n\r\n", events: [["a\nb"]] },
  { title: "mixed line ends", input: "data: a\r\ndata: b\rdata: c\n\r\n", events: [["a\nb\nc"]] },
  { title: "LF CR is two ends", input: "data: a\n\rdata: b\n\n", events: [["a"], ["b"]] },
  { title: "CR CR LF is two ends", input: "data: a\r\r\ndata: b\r\r\n", events: [["a"], ["b"]] },
  { title: "CRLF LF is two ends", input: "data: a\r\n\ndata: b\n\n", events: [["a"], ["b"]] },
  {
    title: "only LF and CR end lines",
    input: "data: a\u000Bb\u000Cc\u0085d\u2028e\u2029f\n\n",
    events: [["a\u000Bb\u000Cc\u0085d\u2028e\u2029f"]],
  },
  {
    title: "all kinds of line ends around empty data, and half a CRLF at the end",
    input: "data: a\r\ndata\ndata: b\r\n\r",
    events: [["a\n\nb"]],
  },
  { title: "many blank lines", input: "\n\n\r\n\rdata: a\n\n\n\n", events: [["a"]] },
  { title: "a byte order mark at the start", input: "\uFEFFdata: a\n\n", events: [["a"]] },
  {
    title: "a second byte order mark is part of a name",
    input: "\uFEFF\uFEFFdata: a\n\ndata: b\n\n",
    events: [["b"]],
  },
  {
    title: "a byte order mark later is part of a name",
    input: "data: a\n\n\uFEFFdata: b\n\n",
    events: [["a"]],
  },
  {
    title: "a comment",
    input: ": hello\ndata: a\n:\n::b\n:no space\n\n",
    events: [["a"]],
    comments: ["hello", "", ":b", "no space"],
  },
  {
    title: "a very long comment",
    input: `:${"x".repeat(2000)}\ndata: a\n\n`,
    events: [["a"]],
    comments: ["x".repeat(2000)],
  },
  {
    title: "comments with NUL, and without an end",
    input: "data: a\r:\u0000\n:\r\ndata: b\n\n:c",
    events: [["a\nb"]],
    comments: ["\u0000", ""],
  },
  {
    title: "a comment that looks like data",
    input: ":data: a\n\ndata: b\n\n",
    events: [["b"]],
    comments: ["data: a"],
  },
  {
    title: "no event without data",
    input: "event: a\nid: 1\n\n: x\n\n",
    events: [],
    comments: ["x"],
  },
  { title: "data without a colon", input: "data\n\n", events: [[""]] },
  { title: "data with nothing behind the colon", input: "data:\n\n", events: [[""]] },
  { title: "data with a space behind the colon", input: "data: \n\n", events: [[""]] },
  { title: "data with colons", input: "data: a:b: c\n\ndata::x\n\n", events: [["a:b: c"], [":x"]] },
  { title: "no data before the last blank line", input: "data: a\n\ndata: b", events: [["a"]] },
  { title: "no blank line at the end", input: "data: a\n\ndata: b\n", events: [["a"]] },
  { title: "half a CRLF at the end", input: "data: a\r\n\r", events: [["a"]] },
  {
    title: "an event type",
    input: "event: test\ndata: x\n\ndata: x\n\n",
    events: [["x", "test"], ["x"]],
  },
  {
    title: "the last event type counts",
    input: "event: a\nevent: b\ndata: x\n\n",
    events: [["x", "b"]],
  },
  {
    title: "an empty event type",
    input: "event: a\nevent:\ndata: x\n\nevent\ndata: y\n\n",
    events: [["x"], ["y"]],
  },
  {
    title: "an event type of an event without data is forgotten",
    input: "event: a\n\ndata: x\n\n",
    events: [["x"]],
  },
  {
    title: "an event type with spaces",
    input: "event:  a b \ndata: x\n\n",
    events: [["x", " a b "]],
  },
  {
    title: "an id",
    input: "id: 1\ndata: a\n\ndata: b\n\n",
    events: [
      ["a", undefined, "1", "1"],
      ["b", undefined, "1"],
    ],
  },
  {
    title: "an id behind the data",
    input: "data: a\nid: 1\n\n",
    events: [["a", undefined, "1", "1"]],
  },
  {
    title: "an id of an event without data",
    input: "id: 1\n\ndata: a\n\n",
    events: [["a", undefined, "1"]],
  },
  {
    title: "an empty id",
    input: "id: 1\ndata: a\n\nid\ndata: b\n\nid:\ndata: c\n\n",
    events: [
      ["a", undefined, "1", "1"],
      ["b", undefined, "", ""],
      ["c", undefined, "", ""],
    ],
  },
  {
    title: "an id with NUL",
    input: "id: 1\ndata: a\n\nid: 2\u00003\ndata: b\n\n",
    events: [
      ["a", undefined, "1", "1"],
      ["b", undefined, "1"],
    ],
  },
  {
    title: "the last id counts",
    input: "id: 1\nid: 2\ndata: a\n\n",
    events: [["a", undefined, "2", "2"]],
  },
  {
    title: "an id beyond ASCII",
    input: "id: …é\ndata: a\n\n",
    events: [["a", undefined, "…é", "…é"]],
  },
  { title: "a retry", input: "retry: 3000\ndata: a\n\n", events: [["a"]], retries: [3000] },
  {
    title: "retries that are no digits",
    input:
      "retry: 3000x\nretry: -1\nretry: +1\nretry: 1.5\nretry: 1e3\nretry:  5\nretry:\nretry\nretry: ٣\ndata: a\n\n",
    events: [["a"]],
  },
  {
    title: "a retry with leading zeros",
    input: "retry: 0010\ndata: a\n\n",
    events: [["a"]],
    retries: [10],
  },
  {
    title: "a retry longer than any timer",
    input: "retry: 99999999999999999999\n\n",
    events: [],
    retries: [2_147_483_647],
  },
  {
    title: "field names are case-sensitive",
    input: "Data: a\nDATA: b\nID: 1\nEVENT: x\ndata: c\n\n",
    events: [["c"]],
  },
  {
    title: "field names are literal",
    input: " data: a\ndata : b\n\tdata: c\ndata\u0000: d\ndatas: e\ndat: f\ndata: g\n\n",
    events: [["g"]],
  },
  {
    title: "names that are nearly right, between all kinds of line ends",
    input:
      "data:\u0000\ndata:  b\rData: x\ndata\u0000: x\ndata: c\r\u0000data: x\nda-ta: x\rdata_x\n" +
      "data:d\rdata:\r\n data: x\ndata: e\n\n",
    events: [["\u0000\n b\nc\nd\n\ne"]],
  },
  {
    title: "unknown fields",
    input: "foo: bar\nfoo\nerror: x\ndata: a\nid2: 7\n\n",
    events: [["a"]],
  },
  {
    title: "NUL in data and in names",
    input: "data: a\u0000b\n\u0000data: x\nevent: t\u0000\n\n",
    events: [["a\u0000b", "t\u0000"]],
  },
  {
    title: "characters of every length",
    input: "data: ok…é😀\nevent: 水\n\n",
    events: [["ok…é😀", "水"]],
  },
  {
    title: "a page that is no event stream",
    input: "<!doctype html>\n<html><body>\n\n<p>502: Bad Gateway</p>\n</body></html>\n",
    events: [],
  },
  { title: "JSON that is no event stream", input: '{"error": {"message": "no"}}\n\n', events: [] },
  { title: "nothing", input: "", events: [] },
];
