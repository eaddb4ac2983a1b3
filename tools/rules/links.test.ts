import { expect, test } from "vitest";
import { findings, repository } from "../fixture.ts";
import { links } from "./links.ts";

const page = "# Title\n\n## What it is, and `why`\n\n## Again\n\n## Again\n";

test("Links to files, folders, headings and elsewhere lead somewhere", async () => {
  const workspace = repository({
    "README.md": [
      "[page](docs/page.md) [heading](./docs/page.md#what-it-is-and-why) [here](#top)",
      "# Top",
      "[folder](docs/) [again](docs/page.md#again-1) [web](https://example.com/none.md)",
      "`[code](none.md)`",
      "```md",
      "[code](none.md)",
      "```",
    ].join("\n"),
    "docs/page.md": page,
  });
  expect(await findings(links, workspace)).toEqual([]);
});

test("Others are found", async () => {
  const workspace = repository({
    "README.md": "[gone](docs/gone.md)\n[no heading](docs/page.md#nothing)\n\n[ref]: gone.md\n",
    "docs/page.md": page,
  });
  expect(await findings(links, workspace)).toEqual([
    "README.md:1: the link to docs/gone.md leads nowhere: there is no docs/gone.md",
    "README.md:2: docs/page.md has no heading for #nothing",
    "README.md:4: the link to gone.md leads nowhere: there is no gone.md",
  ]);
});
