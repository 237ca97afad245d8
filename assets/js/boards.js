// The boards of a page.

import { CardBoard } from "./card-board.js";

customElements.define("card-board", CardBoard);
