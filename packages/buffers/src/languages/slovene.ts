import type { Language } from "./language.ts";

export const slovene: Language = {
  tags: "sl",
  abbreviations: "dipl g ga gdč inž mag npr oz sv t.i tj ul",
  beforeNumbers: "sl st str čl",
  ordinals: true,
};
