// What the stream has told of boards, for pages that show them later. There are as many as the stream tells of.

export class BoardPictures {
  /** By board: up to where it was told, and the cards by key. */
  #pictures = new Map();

  clear() {
    this.#pictures.clear();
  }

  take({ board, all, rev, cards, gone }) {
    if (all) this.#pictures.set(board, { rev, cards: new Map() });
    const picture = this.#pictures.get(board);
    if (!picture) return;
    picture.rev = rev;
    for (const key of gone) picture.cards.delete(key);
    for (const card of cards) picture.cards.set(card.key, card);
  }

  /** The whole of these boards, as the stream would tell it. */
  of(boards) {
    const known = boards.filter((board) => this.#pictures.has(board));
    return known.map((board) => {
      const { rev, cards } = this.#pictures.get(board);
      return { board, all: true, rev, cards: [...cards.values()], gone: [] };
    });
  }
}
