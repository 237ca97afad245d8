// What every page has beside the list and the stream. It is loaded when the page is Live, and hears what the stream has held
// back for it.

import "./list.js";
import { keepAsksTrue } from "./acknowledging.js";
import { keepAgesTrue } from "./ages.js";
import { AlertBar } from "./alert-bar.js";
import { rememberLists } from "./came-from.js";
import { keepDaysTrue } from "./days.js";
import { keepDraftsToOnePerson } from "./draft-storage.js";
import { listenForKeys } from "./keys.js";
import { LocalDate } from "./local-date.js";
import { keepLoudnessTrue } from "./loudness.js";
import { MarkAll } from "./mark-all.js";
import { keepNotificationsToOnePerson } from "./notifications.js";
import { PageTitle } from "./page-title.js";
import { keepPinsOnTop } from "./pins.js";
import { PostAnnouncer } from "./post-announcer.js";
import { PostBell } from "./post-bell.js";
import { PostReturns } from "./post-returns.js";
import { keepPagesPrivate } from "./privacy.js";
import { ReadingInView } from "./reading-in-view.js";
import { makeScrollableRegionsFocusable } from "./scrollable-regions.js";
import { listenForSnoozes } from "./snoozing.js";
import { StreamDetails } from "./stream-details.js";
import { StreamNotices } from "./stream-notices.js";
import { keepTimesLocal } from "./times.js";
import { UnreadCount } from "./unread-count.js";
import { sayThatItIsInView } from "./view-use.js";
import { registerWorker } from "./worker-registration.js";

keepDraftsToOnePerson();
keepPagesPrivate();
keepNotificationsToOnePerson();
keepTimesLocal();
keepDaysTrue();
keepPinsOnTop();
keepAgesTrue();
keepAsksTrue();
keepLoudnessTrue();
makeScrollableRegionsFocusable();
listenForKeys();
listenForSnoozes();
rememberLists();
sayThatItIsInView();
customElements.define("local-date", LocalDate);
customElements.define("stream-notices", StreamNotices);
customElements.define("stream-details", StreamDetails);
customElements.define("post-announcer", PostAnnouncer);
customElements.define("post-bell", PostBell);
customElements.define("page-title", PageTitle);
customElements.define("unread-count", UnreadCount);
customElements.define("mark-all", MarkAll);
customElements.define("alert-bar", AlertBar);
document.querySelector("post-feed")?.showAlso((feed, list) => new PostReturns(feed, list));
document.querySelector("post-feed[data-reads=view]")?.readBy((feed) => new ReadingInView(feed));
// A feed may have a board.
if (document.querySelector("card-board")) await import("./boards.js");
registerWorker();
