//! Thousands of people, made at once.

use super::TestApp;

const FIRST: [&str; 10] =
    ["Anna", "Ben", "Chiara", "Émile", "Günther", "Łukasz", "Ngozi", "Ömer", "Søren", "Zoë"];

const LAST: [&str; 20] = [
    "Abel",
    "Berg",
    "Çelik",
    "Dvořák",
    "Eze",
    "Fischer",
    "Groß",
    "Haas",
    "Ito",
    "Jensen",
    "Kowalska",
    "Lund",
    "Müller",
    "Novák",
    "O’Brien",
    "Pérez",
    "Rossi",
    "Schulze-Boysen",
    "Tanaka",
    "Weiß",
];

/// The name of the person of this number, unlike all others.
pub fn name_of(number: usize) -> String {
    format!("{} {} {number}", FIRST[number % 10], LAST[number / 10 % 20])
}

/// Makes so many members behind the server's back, and starts it again, so that it finds them.
pub async fn has_people(app: &mut TestApp, count: usize) {
    app.stop().await;
    for numbers in (0..count).collect::<Vec<_>>().chunks(500) {
        let row = |number: &usize| {
            let name = name_of(*number);
            format!("('{name}', '{}', 'none', 'member', false, 1)", name.to_lowercase())
        };
        let rows: Vec<_> = numbers.iter().map(row).collect();
        let columns = "name, name_key, password_hash, role, disabled, created_ms";
        app.sql(&format!("INSERT INTO users ({columns}) VALUES {}", rows.join(", "))).await;
    }
    app.restart().await;
}
