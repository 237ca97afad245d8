//! The demo's boards, which move by themselves: a plant, of which one sensor drifts off now and then, jobs that run at night, and
//! a share and a match.

use std::{f64::consts::TAU, time::Duration};

use sea_orm::DbErr;
use serde_json::{Value, json};

use crate::{
    app::App,
    domain::{
        audit::Actor,
        cards::{CardKey, Edit, Fields, Keeper, What},
        users::User,
    },
    live::{audience::Viewer, state::Audience},
};

/// The boards move so often.
const STEP: Duration = Duration::from_secs(1);

/// Steps in which the boiler goes up and comes down again.
const BOILER_STEPS: u64 = 45;

/// Steps of a night's job, with its pause.
const JOB_STEPS: u64 = 34;

/// Steps between two goals.
const GOAL_STEPS: u64 = 23;

/// The boards, which somebody keeps.
pub struct Boards {
    app: App,
    keeper: Keeper,
    share: f64,
    step: u64,
}

impl Boards {
    /// Makes them as they begin, in this person's name.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn make(app: App, owner: &User) -> Result<Self, DbErr> {
        let owner = Viewer::load(&app.db.read, owner.user_id()).await?;
        let keeper = Keeper { owner, by: Actor::shell(), only: None, token: None };
        let mut boards = Self { app, keeper, share: 128.40, step: 0 };
        boards.step().await?;
        Ok(boards)
    }

    /// Moves them until the server stops.
    pub async fn run(mut self) {
        let stop = self.app.stop_signal();
        let moving = async {
            loop {
                tokio::time::sleep(STEP).await;
                self.step().await?;
            }
        };
        let ended: Option<Result<(), DbErr>> = stop.run_until_cancelled(moving).await;
        if let Some(Err(error)) = ended {
            tracing::warn!(%error, "The demo's boards stand still");
        }
    }

    async fn step(&mut self) -> Result<(), DbErr> {
        self.share = (self.share + rand::random_range(-0.6..0.6_f64)).clamp(90.0, 190.0);
        for outcome in self.app.card_queue.write(self.keeper.clone(), edits(self.step, self.share)).await? {
            if let Err(error) = outcome {
                tracing::warn!(%error, "A card of the demo was not kept");
            }
        }
        self.step += 1;
        Ok(())
    }
}

fn edits(step: u64, share: f64) -> Vec<Edit> {
    let wave = |steps: u64| (step % steps) as f64 / steps as f64 * TAU;
    let boiler = 74.0 - 9.0 * wave(BOILER_STEPS).cos();
    let pressure = 2.1 + 0.05 * wave(31).sin();
    let line = if boiler > 80.0 { "warning" } else { "ok" };
    let goals = step / GOAL_STEPS;
    let mut edits = vec![
        card(
            "plant",
            "plant.boiler",
            "Boiler",
            json!({
                "value": rounded(boiler, 10.0), "unit": "°C", "decimals": 1, "trend": "bad", "ttl": 60,
                "note": if boiler > 80.0 { "Above 80 °C" } else { "Below 80 °C" }, "alarm": too_hot(),
            }),
        ),
        card(
            "plant",
            "plant.pressure",
            "Pressure",
            json!({
                "value": rounded(pressure, 100.0), "unit": "bar", "decimals": 2, "ttl": 60,
            }),
        ),
        card("plant", "plant.line", "Line 3", json!({ "kind": "status", "state": line, "ttl": 60 })),
        card("jobs", "jobs.backup", "Nightly backup", job(step % JOB_STEPS)),
        card(
            "market",
            "market.share",
            "Tidings Ltd",
            json!({
                "value": rounded(share, 100.0), "unit": "€", "decimals": 2, "trend": "good", "ttl": 60,
            }),
        ),
        card(
            "market",
            "market.score",
            "Works team",
            json!({
                "value": format!("{} : {}", goals.div_ceil(2) % 10, goals / 2 % 10), "note": "Second half",
            }),
        ),
    ];
    if step > 0 {
        edits.iter_mut().for_each(leave_it_to_the_board);
    }
    edits
}

/// Once a card has made its board, the board says who sees it: a wall shows no other cards.
fn leave_it_to_the_board(edit: &mut Edit) {
    if let What::Merge(fields) = &mut edit.what {
        fields.audience = Some(None);
    }
}

/// Each time counts as the same alarm again.
fn too_hot() -> Value {
    json!({
        "thresholds": [{ "severity": "warning", "above": 80, "leave": 78 }],
        "flapping": { "changes": 24, "minutes": 1 },
    })
}

/// It waits, runs, is done, and begins again.
fn job(step: u64) -> Value {
    const RUNS: u64 = 24;
    match step {
        0 => json!({ "kind": "progress", "state": "waiting", "percent": null, "text": "Waits for its turn" }),
        1..RUNS => json!({
            "kind": "progress", "state": "running", "percent": step * 100 / RUNS,
            "text": format!("Copying archive {} of 4", step * 4 / RUNS + 1),
        }),
        RUNS => {
            json!({ "kind": "progress", "state": "done", "percent": 100, "text": format!("Exit code 0 after {RUNS}s") })
        }
        _ => json!({ "kind": "progress" }),
    }
}

fn card(board: &str, key: &str, title: &str, mut said: Value) -> Edit {
    let everyone = Audience { everyone: true, ..Audience::default() };
    let common = [("board", json!(board)), ("title", json!(title)), ("audience", json!(everyone))];
    for (field, value) in common {
        said[field] = value;
    }
    let fields: Fields<Audience> = serde_json::from_value(said).expect("the fields are those of a card");
    let key = CardKey::parse(key).expect("the keys are good");
    Edit { key, what: What::Merge(Box::new(fields)) }
}

fn rounded(number: f64, parts: f64) -> f64 {
    (number * parts).round() / parts
}
