// <new-posts-link>: on pages other than the feed, says how many posts came since the page was opened.

export class NewPostsLink extends HTMLElement {
  #count = 0;

  connectedCallback() {
    document.addEventListener("stream:post", () => this.#show(this.#count + 1));
  }

  #show(count) {
    this.#count = count;
    this.firstElementChild.textContent = `${count} new`;
    this.hidden = count === 0;
  }
}
