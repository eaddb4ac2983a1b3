import { arabic } from "./arabic.ts";
import { bulgarian } from "./bulgarian.ts";
import { catalan } from "./catalan.ts";
import { croatian } from "./croatian.ts";
import { czech } from "./czech.ts";
import { danish } from "./danish.ts";
import { dutch } from "./dutch.ts";
import { english } from "./english.ts";
import { finnish } from "./finnish.ts";
import { french } from "./french.ts";
import { german } from "./german.ts";
import { greek } from "./greek.ts";
import { hungarian } from "./hungarian.ts";
import { indonesian } from "./indonesian.ts";
import { italian } from "./italian.ts";
import type { Language } from "./language.ts";
import { norwegian } from "./norwegian.ts";
import { polish } from "./polish.ts";
import { portuguese } from "./portuguese.ts";
import { romanian } from "./romanian.ts";
import { russian } from "./russian.ts";
import { slovak } from "./slovak.ts";
import { slovene } from "./slovene.ts";
import { spanish } from "./spanish.ts";
import { swedish } from "./swedish.ts";
import { turkish } from "./turkish.ts";
import { ukrainian } from "./ukrainian.ts";
import { vietnamese } from "./vietnamese.ts";

const LANGUAGES: readonly Language[] = [
  arabic,
  bulgarian,
  catalan,
  croatian,
  czech,
  danish,
  dutch,
  english,
  finnish,
  french,
  german,
  greek,
  hungarian,
  indonesian,
  italian,
  norwegian,
  polish,
  portuguese,
  romanian,
  russian,
  slovak,
  slovene,
  spanish,
  swedish,
  turkish,
  ukrainian,
  vietnamese,
];

/**
 * The language of a locale, for one that is known only at run time. It brings all languages into a
 * bundle: where the language is known, import that one.
 *
 * - **In / Out:** a tag of BCP 47, of which only the language counts; its data, or `undefined` where
 *   there is none, for which `sentences` takes English.
 *
 * @example
 * ```ts
 * import { sentences } from "@millrace/buffers";
 * import { languageOf } from "@millrace/buffers/languages";
 * import { run } from "@millrace/core";
 *
 * const austrian = sentences({ language: languageOf("de-AT") });
 * run(austrian, ["Am 3. Mai kam Hr. Huber. Er blieb."]); // => ["Am 3. Mai kam Hr. Huber. ", "Er blieb."]
 * ```
 */
export function languageOf(locale: string): Language | undefined {
  const [tag = ""] = locale.toLowerCase().split(/[-_]/);
  return LANGUAGES.find(({ tags }) => tags.split(" ").includes(tag));
}
