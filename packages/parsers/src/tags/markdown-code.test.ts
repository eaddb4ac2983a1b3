import { run } from "@millrace/core";
import { describe, expect, test } from "vitest";
import { tags } from "../tags.ts";
import { merged } from "./pieces.fixture.ts";

describe("code", () => {
  const section = (text: string) => ({ tag: "a", text, complete: true });

  test("is like any other text unless told otherwise", () => {
    expect(run(tags("a"), ["`<a>`</a>"])).toContainEqual(section("`"));
  });

  // A bar stands where a section is found.
  test.each([
    "`<a>` ``<a>`<a>`` |<a></a>",
    "`` ` <a>`` |<a></a>",
    "` <a>\n|<a></a>",
    "```js\n<a>\n``\n~~~\n``` js\n<a>\n````  \n|<a></a>",
    "~~~ ` ~\n<a>\n```\n~~~\n|<a></a>",
    "```not a fence``` |<a></a>\n|<a></a>",
    "``` ` <a>\n|<a></a>",
    " > ```\n > <a>\n > ```\n|<a></a>",
    "\t````\r\n<a>\r\n```\r\n\t````\r\n|<a></a>",
    "~ ~~|<a></a> ~~~ |<a></a>",
    "~~|<a></a>",
    "~~~<a>",
    "<~~~\n|<a></a>",
    "```<a>",
    "\\`<a>`",
    "|<a></a>```\n<a>",
    "x|<a></a>```\n|<a></a>",
  ])("hides tags in %j", (marked) => {
    const text = marked.replaceAll("|", "");
    const expected = marked.split(/\|<a><\/a>/);
    const found = run(tags("a", { codeAware: true }), Array.from(text));
    expect(merged(found)).toEqual(
      expected.flatMap((text, index) => [
        ...(index > 0 ? [section("")] : []),
        ...(text === "" ? [] : [{ text, complete: true }]),
      ]),
    );
  });

  test("hides the end of a section, whose text is one of its own", () => {
    const stage = () => tags("a", { codeAware: true });
    expect(run(stage(), ["- <a>```\n</a>\n```\n`</a>`</a>- <a>"])).toEqual([
      { text: "- ", complete: true },
      section("```\n</a>\n```\n`</a>`"),
      { text: "- ", complete: true },
      { tag: "a", text: "", complete: false },
    ]);
  });
});
