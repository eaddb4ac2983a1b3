import * as fc from "fast-check";

/** What lines of nested blocks begin with. */
const PREFIXES = [
  ...["", " ", "  ", "   ", "    ", "     ", "\t", " \t", ">", "> ", ">\t", " > ", "- ", "-\t"],
  ...["-   ", "-     ", "  - ", "* ", "+ ", "1. ", "2) ", "10. ", "-", "1."],
];
const BODIES = [
  ...["", "a", "b c", "x  ", "\\", "1", "😀", "\0", "    x"],
  ...["```", "````", "```js", "~~~", "~~~ x`y", "```a`b", "``", "# h", "#", "#x", "####### n"],
  ...["---", "***", "- - -", "_ _ _", "--", "===", "=", "-", "*", "* *"],
  ...["01. x", "123456789. y", "1234567890. z", "a|b", "|-|-|"],
  ...["<div>", "</p", "<!-- c", "-->", "<?php", "?>", "<!X", ">", "<![CDATA[", "]]>", "<pre>"],
  ...["</pre>", "<b c='d'>", "</x >", "<x y=", "<h7", "<hr/>", "<a", '<a b = "c" d/>'],
  ...["[a]: /u", "[a]: /u 't'", "[a]:", "'t'", '"t', "[b", "]: <u v>", "[c]: (()", "[c]: (()) x"],
];
const ENDS = ["\n", "\n", "\n", "\n", "\r\n", "\r"];

function lines(
  prefixes: readonly string[],
  bodies: readonly string[],
  spaces: readonly string[],
  maxLength: number,
): fc.Arbitrary<string> {
  const line = fc
    .tuple(
      fc.array(fc.constantFrom(...prefixes), { maxLength: 3 }),
      fc.constantFrom(...bodies),
      fc.constantFrom(...spaces),
      fc.constantFrom(...ENDS),
    )
    .map(([prefix, body, space, end]) => prefix.join("") + body + space + end);
  return fc
    .tuple(fc.array(line, { minLength: 1, maxLength }), fc.boolean())
    .map(([all, isEnded]) => all.join("").slice(0, isEnded ? undefined : -1));
}

/** Markdown whose every line may be something else in the place where it stands. */
export const nastyTexts: fc.Arbitrary<string> = lines(
  PREFIXES,
  BODIES,
  ["", "", "", "", " ", "\t", "  "],
  9,
);

/**
 * The same with fences in most lines, and with little white space: four columns of it may be
 * certain to end a quote, and yet wait for what follows.
 */
export const nastyCode: fc.Arbitrary<string> = lines(
  ["", "", " ", "> ", ">", "- ", "1. "],
  [
    ...["", "a", "😀", "```", "````", "```js", "~~~", "~~~ x`y", "```a`b", "``", "`` ` ``", "---"],
    ...["<b>", "=="],
  ],
  [""],
  6,
);

/** Markdown in short lines whose first units leave it open what they are. */
export const unsureTexts: fc.Arbitrary<string> = lines(
  ["", "", "", " ", "> ", "- "],
  [
    ...[
      "",
      "a",
      "-",
      "--",
      "---",
      "- -",
      "*",
      "**b",
      "=",
      "==",
      "#",
      "#x",
      "```",
      "``` ```",
      "~~~",
    ],
    ...["😀", "1.", "2.", "12", "+", "<p>", "<!", "<a>", "|", "|-|", "a|b", "[a]: b"],
  ],
  ["", "", " "],
  5,
);
