// The entry of every page: which behaviours there are. The stream comes last, so that all the others already listen.

import { PostFeed } from "./feed.js";
import { StreamPill } from "./pill.js";
import { StreamNotices } from "./notices.js";
import { StreamFacts } from "./facts.js";
import { PostAnnouncer } from "./announcer.js";
import { AlertBar } from "./alert-bar.js";
import { UnseenTitle } from "./title.js";
import { NewerLink } from "./newer.js";
import { RecipientList } from "./recipients.js";
import { SubmitOnce } from "./submit.js";
import { PostSender } from "./post-sender.js";
import { UnsentPost } from "./unsent-post.js";
import { keepDraftsToOnePerson } from "./drafts.js";
import { keepPagesPrivate } from "./privacy.js";
import { LocalDate, keepTimesLocal } from "./times.js";
import { keepWideThingsReachable } from "./wide.js";
import { TidingsStream } from "./stream.js";

keepDraftsToOnePerson();
keepPagesPrivate();
keepTimesLocal();
keepWideThingsReachable();
customElements.define("local-date", LocalDate);
customElements.define("stream-pill", StreamPill);
customElements.define("stream-notices", StreamNotices);
customElements.define("stream-facts", StreamFacts);
customElements.define("post-announcer", PostAnnouncer);
customElements.define("unseen-title", UnseenTitle);
customElements.define("alert-bar", AlertBar);
customElements.define("newer-link", NewerLink);
customElements.define("post-feed", PostFeed);
customElements.define("recipient-list", RecipientList);
customElements.define("submit-once", SubmitOnce);
customElements.define("post-sender", PostSender);
customElements.define("unsent-post", UnsentPost);
customElements.define("tidings-stream", TidingsStream);
