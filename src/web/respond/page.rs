//! What every page has: its frame, and the answers that pages are made of.

use askama::Template;
use form_urlencoded::byte_serialize;
use poem::{
    Response,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
};

use crate::{app::App, assets, domain::users::User};

/// The frame around a page.
#[derive(Clone, Debug)]
pub struct Page {
    /// Who is signed in.
    pub viewer: Option<Viewer>,
    /// Which entry of the menu this is: `feed`, `post`, `people`, `tokens`, `account`, or none.
    pub here: &'static str,
    /// What the addresses of style and script begin with.
    pub assets: &'static str,
    /// Names the program that made the page.
    pub build: &'static str,
}

/// Who looks at a page.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// Names the browser's shared stream.
    pub id: i64,
    /// As the masthead shows it.
    pub name: String,
    /// Whether the menu has what publishers do.
    pub posts: bool,
    /// Whether the menu has what admins do.
    pub admin: bool,
}

impl Default for Page {
    fn default() -> Self {
        Self::for_nobody()
    }
}

impl Page {
    /// A page for somebody who is signed in.
    pub fn of(user: &User, here: &'static str) -> Self {
        let (posts, admin) = (user.may_post(), user.is_admin());
        let viewer = Viewer { id: user.id, name: user.name.clone(), posts, admin };
        Self { viewer: Some(viewer), here, ..Self::for_nobody() }
    }

    /// A page for anybody.
    pub fn for_nobody() -> Self {
        Self { viewer: None, here: "", assets: assets::prefix(), build: assets::build() }
    }
}

/// The rendered page.
///
/// # Errors
/// When the template fails, which is a fault of the program.
pub fn show<E: From<askama::Error>>(status: StatusCode, template: &impl Template) -> Result<Response, E> {
    Ok(Response::builder().status(status).content_type("text/html; charset=utf-8").body(template.render()?))
}

/// The answer to a form that was taken: look there. Locations are relative, so that they are right behind
/// any proxy.
pub fn see_other(location: &str) -> Response {
    let mut response = Response::builder().status(StatusCode::SEE_OTHER).body(());
    set_header(&mut response, header::LOCATION, location);
    response
}

/// What whole addresses begin with, as whoever asks sees them.
pub fn origin(app: &App, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    app.config.base_url.as_ref().map_or_else(|| format!("http://{host}"), |url| url.origin.clone())
}

/// Where a visitor signs in, to be led back to `next`.
pub fn login_address(next: &str) -> String {
    if next == "/" {
        return "/login".into();
    }
    format!("/login?next={}", byte_serialize(next.as_bytes()).collect::<String>())
}

/// Says when to try again, with an answer that is 503.
pub fn set_retry_after(response: &mut Response) {
    set_header(response, header::RETRY_AFTER, "5");
}

/// Sets a header to text that is known to fit one.
pub fn set_header(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
