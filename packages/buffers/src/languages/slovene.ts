import type { Language } from "./language.ts";

export const slovene: Language = {
  tags: "sl",
  abbreviations: "dipl g ga gdč inž mag npr ok oz sv t.i tj ul",
  beforeNumbers: "sl st str čl",
  ordinals: true,
  starters:
    "a ali bil bila bilo če danes in iz ja je kako kdaj kdo ker ki ko mi na nato ne o od on ona oni po pa potem s so ta tako tam to toda v vendar z za zato",
};
