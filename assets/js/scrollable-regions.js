// Code and tables that are wider than the page scroll within themselves. They take the focus, so that the keyboard can
// scroll them, too.

import { observeElements } from "./element-observer.js";

export function makeScrollableRegionsFocusable() {
  const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });
  observeElements(".prose pre, .prose table", (element) => sizes.observe(element));
}
