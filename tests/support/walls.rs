use reqwest::Method;

use super::{Page, Person, Stream, TestApp, unescape};

/// A screen that has opened the link of a wall.
pub struct Wall {
    pub screen: Person,
    /// Where its page is.
    pub path: String,
}

/// Makes the link of a wall; its address, as a path.
pub async fn makes_wall(admin: &Person, board: &str, more: &[(&str, &str)]) -> String {
    // Of a field that is there twice, the first counts.
    let fields: Vec<_> = more.iter().chain(&[("name", "Hall B"), ("look", "")]).copied().collect();
    let page = admin.posts_and_sees(&format!("/admin/boards/{board}/walls"), &fields).await;
    wall_address(&page)
}

/// The address that the page shows this once, as a path.
pub fn wall_address(page: &Page) -> String {
    assert_eq!(page.status, 200, "{page:?}");
    let shown = page.text.split("<code class=\"secret\">").nth(1).expect("an address").split('<').next();
    let address = unescape(shown.unwrap());
    address[address.find("/wall/").unwrap()..].to_owned()
}

impl TestApp {
    /// Opens the link of a wall on a screen of its own.
    pub async fn opens_wall(&self, link: &str) -> Wall {
        let screen = self.visitor();
        let opened = screen.gets(link).await;
        assert_eq!(opened.status, 303, "{opened:?}");
        Wall { path: opened.location().to_owned(), screen }
    }
}

impl Wall {
    /// Its page, as it is now.
    pub async fn shows(&self) -> Page {
        self.screen.gets(&self.path).await
    }

    /// Its stream, of which nothing is read yet.
    pub async fn streams(&self, query: &str) -> Stream {
        let request = self.screen.request(Method::GET, &format!("{}/stream{query}", self.path));
        Stream::of(request.header("Accept", "text/event-stream").send().await.unwrap())
    }

    /// Its stream, which has said hello.
    pub async fn opens_stream(&self) -> Stream {
        let mut stream = self.streams("").await;
        stream.says_hello().await;
        stream
    }

    /// The same screen at another node.
    pub fn at(&self, node: &TestApp) -> Self {
        Self { screen: self.screen.at(node), path: self.path.clone() }
    }
}
