// The entry of every page: it starts all behaviours. The stream comes last, so that the others already listen to it.

import { PostFeed } from "./post-feed.js";
import { StreamPill } from "./stream-pill.js";
import { StreamNotices } from "./stream-notices.js";
import { StreamDetails } from "./stream-details.js";
import { PostAnnouncer } from "./post-announcer.js";
import { AlertBar } from "./alert-bar.js";
import { PageTitle } from "./page-title.js";
import { NewPostsLink } from "./new-posts-link.js";
import { PeoplePicker } from "./people-picker.js";
import { SubmitOnce } from "./submit-once.js";
import { PostSender } from "./post-sender.js";
import { PostDraft } from "./post-draft.js";
import { keepDraftsToOnePerson } from "./draft-storage.js";
import { keepPagesPrivate } from "./privacy.js";
import { keepTimesLocal } from "./times.js";
import { LocalDate } from "./local-date.js";
import { makeScrollableRegionsFocusable } from "./scrollable-regions.js";
import { TidingsStream } from "./tidings-stream.js";

keepDraftsToOnePerson();
keepPagesPrivate();
keepTimesLocal();
makeScrollableRegionsFocusable();
customElements.define("local-date", LocalDate);
customElements.define("stream-pill", StreamPill);
customElements.define("stream-notices", StreamNotices);
customElements.define("stream-details", StreamDetails);
customElements.define("post-announcer", PostAnnouncer);
customElements.define("page-title", PageTitle);
customElements.define("alert-bar", AlertBar);
customElements.define("new-posts-link", NewPostsLink);
customElements.define("post-feed", PostFeed);
customElements.define("people-picker", PeoplePicker);
customElements.define("submit-once", SubmitOnce);
customElements.define("post-sender", PostSender);
customElements.define("post-draft", PostDraft);
customElements.define("tidings-stream", TidingsStream);
