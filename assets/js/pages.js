// The elements of all pages but the feed. They are there before the stream is, so they hear everything from it.

import "./boards.js";
import { ConnectionDoctor } from "./connection-doctor.js";
import { CopyLink } from "./copy-link.js";
import { DesktopNotices } from "./desktop-notices.js";
import { keepDraftsToOnePerson } from "./draft-storage.js";
import { keepZoneOfForms } from "./form-zone.js";
import { NameField, NamePicker } from "./name-picker.js";
import { PostDraft } from "./post-draft.js";
import { PostPage } from "./post-page.js";
import { PostPreview } from "./post-preview.js";
import { PostReach } from "./post-reach.js";
import { PostRoster } from "./post-roster.js";
import { PostSender } from "./post-sender.js";
import { SoundChoice } from "./sound-choice.js";
import { SubmitOnce } from "./submit-once.js";
import { TellAgain } from "./tell-again.js";
import { TimeFold } from "./time-fold.js";
import { TitleField } from "./title-field.js";
import { WrittenPosts } from "./written-posts.js";

// Before a form looks for its draft.
keepDraftsToOnePerson();
keepZoneOfForms();
customElements.define("copy-link", CopyLink);
customElements.define("desktop-notices", DesktopNotices);
customElements.define("sound-choice", SoundChoice);
customElements.define("post-page", PostPage);
customElements.define("post-roster", PostRoster);
customElements.define("name-picker", NamePicker);
customElements.define("name-field", NameField);
customElements.define("post-reach", PostReach);
customElements.define("submit-once", SubmitOnce);
customElements.define("tell-again", TellAgain);
customElements.define("time-fold", TimeFold);
customElements.define("title-field", TitleField);
customElements.define("written-posts", WrittenPosts);
customElements.define("post-sender", PostSender);
customElements.define("post-draft", PostDraft);
customElements.define("post-preview", PostPreview);
customElements.define("connection-doctor", ConnectionDoctor);
