// What makes the list of posts live. Like the rest of the page it is loaded when the page is Live, and hears what the stream has
// held back for it.

import { PostFeed } from "./post-feed.js";
import { keepReadingTrue } from "./reading.js";
import { guardClicks } from "./settling.js";

guardClicks();
keepReadingTrue();
customElements.define("post-feed", PostFeed);
