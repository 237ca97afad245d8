// The entry of a wall: a screen that nobody touches. The stream comes last, so that the others already listen to it.

import { keepAgesTrue } from "./ages.js";
import { CardBoard } from "./card-board.js";
import { StreamPill } from "./stream-pill.js";
import { keepTimesLocal } from "./times.js";
import { WallClock } from "./wall-clock.js";
import { fitBoards } from "./wall-fit.js";
import { WallPosts } from "./wall-posts.js";
import { WallStream } from "./wall-stream.js";

keepTimesLocal();
keepAgesTrue();
customElements.define("stream-pill", StreamPill);
customElements.define("card-board", CardBoard);
customElements.define("wall-clock", WallClock);
customElements.define("wall-posts", WallPosts);
customElements.define("wall-stream", WallStream);
fitBoards();
