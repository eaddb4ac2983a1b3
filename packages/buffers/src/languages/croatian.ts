import type { Language } from "./language.ts";

export const croatian: Language = {
  tags: "hr bs sr",
  abbreviations: "dipl g gosp gđa mr npr odn sv tj tzv ul",
  beforeNumbers: "br sl str čl",
  ordinals: true,
  starters:
    "a ali bila bilo bio da gdje i ima iz ja je jer kad kada kako mi na nakon ne no on ona oni od ova ovaj ovo po s sada su ta tada taj to u za zato što",
};
