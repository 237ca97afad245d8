//! A server's database, changed and asked behind its back.

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, QueryResult, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait,
};

use super::TestApp;

impl TestApp {
    /// Another connection to the database, as another program would have.
    pub async fn opens_database(&self) -> DatabaseConnection {
        self.database.opens().await
    }

    /// The first row of what the database answers.
    pub async fn asks_database(&self, question: &str) -> QueryResult {
        let database = self.opens_database().await;
        let question = Statement::from_string(database.get_database_backend(), question);
        let row = database.query_one_raw(question).await.unwrap().expect("a row");
        database.close().await.unwrap();
        row
    }

    /// Another program writes to what publishing writes to, and takes its time.
    pub async fn locks_database(&self) -> DatabaseTransaction {
        let mode = Some(SqliteTransactionMode::Immediate);
        let options = TransactionOptions { sqlite_transaction_mode: mode, ..TransactionOptions::default() };
        let lock = self.opens_database().await.begin_with_options(options).await.unwrap();
        lock.execute_unprepared("UPDATE counter SET last_id = last_id").await.unwrap();
        lock
    }

    /// Changes the database behind the server's back.
    pub async fn sql(&self, statement: &str) {
        let database = self.opens_database().await;
        database.execute_unprepared(statement).await.unwrap();
        database.close().await.unwrap();
    }
}
