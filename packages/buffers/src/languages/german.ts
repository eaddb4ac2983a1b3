import type { Language } from "./language.ts";

export const german: Language = {
  tags: "de",
  abbreviations:
    "a b bzw ca d d.h dipl e ehem evtl fa fr frl geb gem gest ggf h hl hr hrn hrsg i i.d.r " +
    "ing inkl insb kath lt max med min mio mrd nat o od phil präs red rer s.o s.u sog t tel " +
    "tsd u u.a u.u v vgl vorm z z.b z.t z.zt zzgl",
  beforeNumbers: "abb abs apr art aug bd dez feb jan kap nov -nr okt s sept st -str tab ziff",
  ordinals: true,
  starters:
    "aber als am auch auf bei da danach dann das der deshalb die dies diese dieser dieses doch ein " +
    "eine er es für hier ich ihr in ist ja jetzt man mit nach nein nun ob seit seine sie so und uns " +
    "viele vom von war warum was wenn wer wie wir wo zu zum zwar",
};
