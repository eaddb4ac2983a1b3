const NEAR_THE_END = 32; // pixels: who has scrolled up further wants to read on there

/**
 * Lets everything that scrolls follow what grows in it. Call it before the page is drawn, and what it
 * gives behind that.
 */
export function keepScrolling(root: HTMLElement): () => void {
  const known = new Map<Element, boolean>();
  for (const element of root.querySelectorAll("[data-follow]")) {
    const { scrollHeight, scrollTop, clientHeight } = element;
    known.set(element, scrollHeight - scrollTop - clientHeight < NEAR_THE_END);
  }
  return () => {
    for (const [element, isFollowing] of known) {
      if (isFollowing) element.scrollTop = element.scrollHeight;
    }
  };
}
