import { expect, test } from "vitest";
import { isAllowedOrigin } from "./origin.ts";

test.each([
  ["the host that was asked for", { host: "Mill.Example" }, true],
  ["another host, though the URL is the same", { host: "race.example" }, false],
  ["no host but that of the URL", {}, true],
])("A page is of the same origin by %s", (_, headers, allowed) => {
  const given = new Headers({ origin: "https://mill.example", ...headers });
  expect(isAllowedOrigin({ url: "https://mill.example/socket", headers: given })).toBe(allowed);
});
