//! What the frame of a page says of whoever asks: known when they are, and kept with the request until its page is made, since
//! every page has it.

use std::cell::Cell;

tokio::task_local! {
    static FRAME: Cell<Frame>;
}

/// What the frame of a page says of whoever reads it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Frame {
    /// Whether there is a board for them.
    pub has_boards: bool,
    /// Whether they, who may not post, have posts to look after all the same.
    pub has_posts: bool,
    /// Whether others use the computer, too.
    pub is_shared: bool,
    /// Whether a page that is in view counts as use of their session.
    pub view_is_use: bool,
}

/// Answers a request, and keeps what becomes known for it.
pub async fn keep<F: Future>(answer: F) -> F::Output {
    FRAME.scope(Cell::default(), answer).await
}

/// Says what is so for them.
pub fn set(known: Frame) {
    // Without a request there is no page that shows it.
    let _ = FRAME.try_with(|frame| frame.set(known));
}

/// What is so for them; nothing, as long as nobody knows who they are.
pub fn known() -> Frame {
    FRAME.try_with(Cell::get).unwrap_or_default()
}
