//! What the menu has for whoever asks: known when they are, and kept with the request until its page is made, since every page
//! has the menu.

use std::cell::Cell;

tokio::task_local! {
    static HAS_BOARDS: Cell<bool>;
}

/// Answers a request, and keeps what becomes known for it.
pub async fn keep<F: Future>(answer: F) -> F::Output {
    HAS_BOARDS.scope(Cell::new(false), answer).await
}

/// Says whether there is a board for them.
pub fn set_boards(are_there: bool) {
    let _ = HAS_BOARDS.try_with(|has_boards| has_boards.set(are_there));
}

/// Whether there is a board for them; not, as long as nobody knows who they are.
pub fn has_boards() -> bool {
    HAS_BOARDS.try_with(Cell::get).unwrap_or_default()
}
