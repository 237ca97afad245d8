//! Where a reader came from.

use poem::http::{HeaderMap, Uri, header};

/// The address of the feed's page that led here, as the browser says it; the feed's beginning, where it says none.
pub fn list_address(headers: &HeaderMap) -> String {
    let text = |name| headers.get(name).and_then(|value: &header::HeaderValue| value.to_str().ok());
    let from = text(header::REFERER).and_then(|from| from.parse::<Uri>().ok());
    let is_ours = |from: &Uri| from.authority().map(|it| it.as_str()) == text(header::HOST);
    let from = from.filter(|from| is_ours(from) && from.path() == "/");
    from.and_then(|from| from.path_and_query().map(|it| it.as_str().to_owned())).unwrap_or_else(|| "/".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_page_of_our_own_feed_is_led_back_to() {
        let led_back_to = |from: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, header::HeaderValue::from_static("news.example.org"));
            headers.insert(header::REFERER, header::HeaderValue::from_static(from));
            list_address(&headers)
        };
        let cases = [
            ("https://news.example.org/?before=120", "/?before=120"),
            ("https://news.example.org/", "/"),
            ("https://news.example.org/posts/4", "/"),
            ("https://elsewhere.example.org/?before=120", "/"),
            ("nonsense \"<", "/"),
            ("", "/"),
        ];
        for (from, list) in cases {
            assert_eq!(led_back_to(from), list, "{from}");
        }
        assert_eq!(list_address(&HeaderMap::new()), "/");
    }
}
