//! Some nodes, and what they share.

use crate::support::{Postgres, Redis, TestApp, TestDatabase, shared_cluster};

/// Dropped in this order: the nodes first, then what they stand on.
pub struct Cluster {
    pub nodes: Vec<TestApp>,
    pub redis: Option<Redis>,
    /// A server of its own, where a test stops it.
    pub postgres: Option<Postgres>,
}

impl Cluster {
    /// So many nodes that hear of each other by looking.
    pub async fn without_redis(count: usize) -> Self {
        Self {
            nodes: nodes(count, TestDatabase::on(&shared_cluster()).await, &[]).await,
            redis: None,
            postgres: None,
        }
    }

    /// So many nodes with Redis between them.
    pub async fn with_redis(count: usize) -> Self {
        let redis = Redis::start().await;
        let database = TestDatabase::on(&shared_cluster()).await;
        let nodes = nodes(count, database, &["--redis", &redis.url()]).await;
        Self { nodes, redis: Some(redis), postgres: None }
    }

    /// So many nodes on a PostgreSQL server that can be stopped.
    pub async fn with_postgres(count: usize) -> Self {
        let postgres = Postgres::start().await;
        let nodes = nodes(count, TestDatabase::on(&postgres.url).await, &[]).await;
        Self { nodes, redis: None, postgres: Some(postgres) }
    }

    /// The first two nodes.
    pub fn two(&self) -> (&TestApp, &TestApp) {
        (&self.nodes[0], &self.nodes[1])
    }
}

async fn nodes(count: usize, database: TestDatabase, options: &[&str]) -> Vec<TestApp> {
    let mut nodes = vec![TestApp::start_on(database, options).await];
    while nodes.len() < count {
        nodes.push(nodes[0].starts_another(options).await);
    }
    nodes
}
