// Calls back for every element that matches a selector, those that are there and those that are added later.

export function observeElements(selector, act) {
  const within = (root) => {
    if (root.matches(selector)) act(root);
    for (const element of root.querySelectorAll(selector)) act(element);
  };
  within(document.documentElement);
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) if (node instanceof Element) within(node);
    }
  }).observe(document.body, { childList: true, subtree: true });
}
