// Whether several people use this computer, as its person said when they signed in, or the server: then nothing is kept in
// the browser, and nothing is told beside the page.

export function isShared() {
  return document.documentElement.hasAttribute("data-shared");
}
