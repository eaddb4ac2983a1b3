import type { Language } from "./language.ts";

export const croatian: Language = {
  tags: "hr bs sr",
  abbreviations: "dipl g gosp gđa mr npr odn sv tj tzv ul",
  beforeNumbers: "br sl str čl",
  ordinals: true,
};
