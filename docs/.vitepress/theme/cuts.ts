import { sentences } from "@millrace/buffers";
import { run } from "@millrace/core";
import { computed, defineComponent, h, ref } from "vue";

const TEXT = "Dr. Mill waits. “Since when?” she asks. For 3.5 hours!";
const CHARACTERS = Array.from(TEXT);

/** Where the text is cut when the page opens: inside an abbreviation, a word, a number. */
const FIRST_CUTS = [3, 12, 28, 43];

/** A text that the reader cuts anywhere, and its sentences, which stay the same. */
export const Cuts = defineComponent({
  name: "CutsDemo",
  setup() {
    const cuts = ref(new Set(FIRST_CUTS));
    const pieces = computed(() => piecesOf(TEXT, cuts.value));
    const units = computed(() => run(sentences({ trim: true }), pieces.value));

    function toggle(at: number): void {
      const next = new Set(cuts.value);
      if (!next.delete(at)) next.add(at);
      cuts.value = next;
    }

    function cutAnywhere(): void {
      const places = CHARACTERS.map((_, index) => index);
      cuts.value = new Set(places.filter((at) => at > 0 && Math.random() < 0.2));
    }

    return () =>
      h("section", { class: "cuts", "aria-label": "Cut the text, and see its sentences" }, [
        h("p", { class: "cuts-head" }, [
          h("span", { class: "cuts-count" }, [
            h("b", String(pieces.value.length)),
            pieces.value.length === 1 ? " chunk" : " chunks",
            " from the network",
          ]),
          h("button", { type: "button", onClick: cutAnywhere }, "Cut it anywhere"),
        ]),
        h("p", { class: "cuts-text" }, cells(cuts.value, toggle)),
        h("p", { class: "cuts-head" }, [
          h("span", { class: "cuts-count" }, [
            h("b", String(units.value.length)),
            " sentences out of ",
            h("code", "sentences()"),
          ]),
        ]),
        h(
          "ol",
          { class: "cuts-units", "aria-live": "polite" },
          units.value.map((unit) => h("li", unit)),
        ),
      ]);
  },
});

function piecesOf(text: string, cuts: ReadonlySet<number>): string[] {
  const places = [0, ...[...cuts].sort((a, b) => a - b), text.length];
  return places.slice(1).map((end, index) => text.slice(places[index], end));
}

/** A click on a character cuts the text in front of it, or joins it again. */
function cells(cuts: ReadonlySet<number>, toggle: (at: number) => void) {
  return CHARACTERS.map((character, at) =>
    h(
      "span",
      { key: at, class: cuts.has(at) ? "cut" : undefined, onClick: () => at > 0 && toggle(at) },
      character,
    ),
  );
}
