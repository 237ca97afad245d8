//! What it costs to find the commonest word and the rarest, for who may see little and for who may see much.

use std::{io, time::Duration};

use crate::{
    databases::Copy,
    measures::{Figure, one_row, page},
    plan::{Reader, Size},
    servers::Server,
};

/// Measures it when the words of all posts are kept.
pub async fn measure(server: &Server, copy: &Copy, size: Size, figures: &mut Vec<Figure>) -> io::Result<()> {
    words_are_kept(copy).await?;
    let newest = size.posts - 10;
    for reader in [Reader::Light, Reader::Typical, Reader::Heavy, Reader::Newcomer] {
        for (what, query) in [
            ("the commonest word", "news".to_owned()),
            ("one letter", "n".to_owned()),
            ("a rare word", format!("%22{newest}%22")),
            ("a word that is nowhere", "zyzzyva".to_owned()),
            ("a phrase", "%22news+of+the+day%22".to_owned()),
        ] {
            let (name, path) = (format!("{what}, {}", reader.name()), format!("/?q={query}"));
            page(server, reader, &name, &path, figures).await?;
        }
    }
    Ok(())
}

async fn words_are_kept(copy: &Copy) -> io::Result<()> {
    let db = copy.open().await?;
    loop {
        // A build that keeps no words has no such table.
        let Ok(row) = one_row(&db, "SELECT count(*) FROM word_filling").await else { break };
        if row.try_get_by_index::<i64>(0).map_err(io::Error::other)? == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    db.close().await.map_err(io::Error::other)
}
