// Code and tables that are wider than the page scroll within themselves. The keyboard has to reach them for that.

import { forEachAdded } from "./added.js";

export function keepWideThingsReachable() {
  const wide = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });
  forEachAdded(".prose pre, .prose table", (element) => wide.observe(element));
}
