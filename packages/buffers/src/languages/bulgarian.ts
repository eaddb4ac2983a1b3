import type { Language } from "./language.ts";

export const bulgarian: Language = {
  tags: "bg",
  abbreviations: "акад бул вж г-жа г-н доц инж напр проф св т.е т.нар ул чл",
  beforeNumbers: "бр гл с стр",
};
