//! Taking a list, while its page is asked how far it is.

use tokio::{sync::watch, time::interval};
use tower_sessions::session::Id;

use crate::{
    app::App,
    domain::imports::{
        Done, HandOver, Import, ImportError, ListedRow, Plan,
        kept::{self, BEAT_INTERVAL, KeptList},
    },
    text,
    web::extract::access::Admin,
};

/// Takes the list in a task of its own. If the server stops meanwhile, the rest is done when it is taken again.
pub fn start(app: &App, admin: &Admin, session: Id, list: KeptList, rows: Vec<ListedRow>, plan: Plan) {
    let (by, maker) = (admin.0.by(), admin.0.user.user_id());
    let (app, stop) = (app.clone(), app.stop_signal());
    let tasks = app.tasks.clone();
    // What it fails of is read by whoever started it.
    tasks.spawn(text::carried(async move {
        let (tell, told) = watch::channel(Done::default());
        let import = Import { changes: &app.changes, by: &by, rows: &rows, zone: &app.config.time_zone };
        let mut hand_over = HandOver::Page { maker, session: &session, list: &list.key };
        let taken = tokio::select! {
            taken = import.apply(&plan, &mut hand_over, |done| {
                // `told` is there as long as this is.
                let _ = tell.send(done);
            }) => taken,
            () = beat(&app, &list.key, told.clone()) => return,
            () = stop.cancelled() => return,
        };
        let done = taken.as_ref().copied().unwrap_or(*told.borrow());
        let failure = taken.err().map(words);
        if let Err(error) = kept::end(&app.db.write, &list.key, done, failure).await {
            tracing::warn!(%error, "It could not be written down that a list was taken");
        }
    }));
}

/// Says again and again that it is going on, for ever.
async fn beat(app: &App, key: &str, told: watch::Receiver<Done>) {
    let mut beats = interval(BEAT_INTERVAL);
    loop {
        beats.tick().await;
        let done = *told.borrow();
        if let Err(error) = kept::beat(&app.db.write, key, done).await {
            tracing::warn!(%error, "It could not be written down how far a list is taken");
        }
    }
}

/// What the page says; the cause is for the log alone.
fn words(error: ImportError) -> String {
    match error {
        ImportError::Database(error) => {
            tracing::error!(%error, "A list was not taken to its end");
            text::say("import-failed")
        }
        other => other.to_string(),
    }
}
