//! How the database would answer what the server asks it.

use sea_orm::{ConnectionTrait, DbBackend, Statement, TransactionTrait};

use super::TestApp;

/// The statements that the server's log (`RUST_LOG=sqlx=debug`) tells of, once each.
pub fn statements(log: &str) -> Vec<String> {
    let mut found: Vec<String> =
        log.lines().filter_map(statement).filter(|sql| sql.starts_with("SELECT")).collect();
    found.sort();
    found.dedup();
    found
}

/// The plan for a statement whose values are not known.
pub async fn plan(app: &TestApp, statement: &str) -> String {
    let database = app.opens_database().await;
    // One connection of several has what is prepared.
    let connection = database.begin().await.unwrap();
    let backend = database.get_database_backend();
    let (explain, column) = match backend {
        DbBackend::Postgres => {
            let prepare = format!("SET LOCAL plan_cache_mode = force_generic_plan; PREPARE p AS {statement}");
            connection.execute_unprepared(&prepare).await.unwrap();
            let values = (1..).take_while(|at| statement.contains(&format!("${at}"))).map(|_| "NULL");
            let values = values.collect::<Vec<_>>().join(", ");
            let execute = if values.is_empty() { "p".into() } else { format!("p ({values})") };
            (format!("EXPLAIN EXECUTE {execute}"), "QUERY PLAN")
        }
        _ => (format!("EXPLAIN QUERY PLAN {statement}"), "detail"),
    };
    let rows = connection.query_all_raw(Statement::from_string(backend, explain)).await.unwrap();
    let lines: Vec<String> = rows.iter().map(|row| row.try_get("", column).unwrap()).collect();
    connection.rollback().await.unwrap();
    database.close().await.unwrap();
    lines.join("\n")
}

/// The tables that a plan reads from their beginning to their end.
pub fn scanned(plan: &str) -> Vec<String> {
    let table = |line: &str| {
        let line = line.trim().trim_start_matches("->").trim();
        let rest = line.strip_prefix("Seq Scan on ").or_else(|| {
            // In the order of an index, and up to a limit, a list is read, not a table.
            line.strip_prefix("SCAN ").filter(|rest| !rest.contains("USING"))
        })?;
        Some(rest.split_whitespace().next()?.to_owned())
    };
    plan.lines().filter_map(table).collect()
}

fn statement(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("db.statement=\"")?;
    let (statement, _) = rest.rsplit_once("\" rows_affected")?;
    let statement = statement.replace("\\n", " ").replace("\\\"", "\"").trim().to_owned();
    (!statement.is_empty()).then_some(statement)
}
