//! What every page has: its frame, and the answers that pages are made of.

use askama::Template;
use form_urlencoded::byte_serialize;
use poem::{
    Response,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
};

use crate::{
    app::App,
    assets,
    domain::users::{Density, TextSize, Theme, User},
    text::{self, Language},
    web::{
        extract::frame::{self, Frame},
        respond::{
            problems::Problems,
            section::{MenuItem, Section},
        },
    },
};

/// The frame around a page.
#[derive(Clone, Debug)]
pub struct Page {
    /// Who is signed in.
    pub viewer: Option<Viewer>,
    /// How many posts they have not read, if the page knows.
    pub unread: Option<usize>,
    /// Where in the menu it is.
    pub section: Section,
    /// Whether there are boards for its viewer.
    pub has_boards: bool,
    /// Whether its viewer, who may not post, has posts to look after.
    pub has_posts: bool,
    /// Whether others use the computer, too, so that nothing is kept in the browser.
    pub is_shared: bool,
    /// Whether the page counts as use of the session as long as it is in view.
    pub view_is_use: bool,
    /// What it says of a form that was taken.
    pub notice: Option<String>,
    /// What is wrong with the form on it.
    pub problems: Problems,
    /// What the addresses of style and script begin with.
    pub assets: &'static str,
    /// In which language it is.
    pub language: Language,
    /// How its viewer wants it to look.
    pub looks: Appearance,
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
    /// Of what they want to hear a sound.
    pub sounds: String,
}

/// How a page looks to its viewer, as the attributes of its root say it.
#[derive(Clone, Debug, Default)]
pub struct Appearance {
    pub theme: Theme,
    pub text_size: TextSize,
    pub density: Density,
    /// The IANA name of the time zone; empty, if it is none that was chosen.
    pub zone: String,
}

impl Default for Page {
    fn default() -> Self {
        Self::for_nobody()
    }
}

impl Page {
    /// A page for somebody who is signed in.
    pub fn of(user: &User, section: Section) -> Self {
        let (posts, admin) = (user.may_post(), user.is_admin());
        let (name, sounds) = (user.name.clone(), user.sounds.clone());
        let viewer = Viewer { id: user.id, name, posts, admin, sounds };
        let zone = user.time_zone.clone().unwrap_or_default();
        let looks = Appearance { theme: user.theme, text_size: user.text_size, density: user.density, zone };
        Self { viewer: Some(viewer), section, looks, ..Self::for_nobody() }
    }

    /// A page for anybody.
    pub fn for_nobody() -> Self {
        let Frame { has_boards, has_posts, is_shared, view_is_use } = frame::known();
        Self {
            viewer: None,
            unread: None,
            section: Section::Elsewhere,
            has_boards,
            has_posts,
            is_shared,
            view_is_use,
            notice: None,
            problems: Problems::default(),
            language: text::language(),
            looks: Appearance::default(),
            assets: assets::prefix(),
            build: assets::build(),
        }
    }

    /// The page that says this of a form that was taken.
    pub fn with_notice(self, notice: Option<String>) -> Self {
        Self { notice, ..self }
    }

    /// The page that says how many posts its viewer has not read.
    pub fn with_unread(self, count: usize) -> Self {
        Self { unread: Some(count), ..self }
    }

    /// The count as the menu shows it: nothing for none, and no more than two digits.
    pub fn unread_text(&self) -> String {
        match self.unread {
            None | Some(0) => String::new(),
            Some(count) if count > 99 => "99+".into(),
            Some(count) => count.to_string(),
        }
    }

    /// The page whose form comes back.
    pub fn with_problems(self, problems: Problems) -> Self {
        Self { problems, ..self }
    }

    /// What is said of the page's looks beside its language.
    pub fn root_attributes(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let Appearance { theme, text_size, density, zone } = &self.looks;
        let looks = [
            ("data-theme", theme.word()),
            ("data-text", text_size.word()),
            ("data-density", density.word()),
            ("data-zone", zone),
        ];
        let chosen = looks.into_iter().filter(|(_, value)| !["", "system", "normal", "airy"].contains(value));
        let marks = [("data-shared", self.is_shared), ("data-view-is-use", self.view_is_use)];
        chosen.chain(marks.into_iter().filter(|(_, is_so)| *is_so).map(|(name, _)| (name, "")))
    }

    /// The main menu, for its viewer; the feed comes first.
    pub fn menu(&self) -> impl Iterator<Item = MenuItem> {
        let (posts, admin) =
            self.viewer.as_ref().map_or((false, false), |viewer| (viewer.posts, viewer.admin));
        let places = [
            Some(Section::Feed),
            // A page of boards is in its place, whatever there is.
            (self.has_boards || self.section == Section::Boards).then_some(Section::Boards),
            posts.then_some(Section::NewPost),
            (!posts && (self.has_posts || self.section == Section::Posts)).then_some(Section::Posts),
            admin.then_some(Section::Admin),
        ];
        let current = match self.section {
            _ if self.is_of_admins() => Section::Admin,
            // Whoever may post finds what they wrote beside the form.
            Section::Posts if posts => Section::NewPost,
            section => section,
        };
        places.into_iter().flatten().map(move |section| section.menu_item(current))
    }

    /// The modules that its stream needs, named so that a browser asks for all of them at once.
    pub fn until_live(&self) -> &'static [String] {
        assets::until_live()
    }

    /// The module with the texts of scripts.
    pub fn texts(&self) -> String {
        format!("{}/js/texts-{}.js", self.assets, self.language.tag())
    }

    /// Whether it is the viewer's own.
    pub fn is_account(&self) -> bool {
        self.section == Section::Account
    }

    /// Whether it is about what admins look after, which has a menu of its own.
    pub fn is_of_admins(&self) -> bool {
        Section::OF_ADMINS.contains(&self.section)
    }

    /// The menu of what admins look after.
    pub fn admin_menu(&self) -> [MenuItem; 7] {
        Section::OF_ADMINS.map(|section| section.menu_item(self.section))
    }
}

/// The rendered page. One that cannot be made at the moment says when to try again.
///
/// # Errors
/// When the template fails, which is a fault of the program.
pub fn show<E: From<askama::Error>>(status: StatusCode, template: &impl Template) -> Result<Response, E> {
    let page = Response::builder().status(status).content_type("text/html; charset=utf-8");
    let mut response = page.body(template.render()?);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        // In seconds.
        set_header(&mut response, header::RETRY_AFTER, "5");
    }
    Ok(response)
}

/// The answer to a form that was taken: look there. Locations are relative, so that they are right behind
/// any proxy.
pub fn see_other(location: &str) -> Response {
    let mut response = Response::builder().status(StatusCode::SEE_OTHER).body(());
    set_header(&mut response, header::LOCATION, location);
    response
}

/// Whether a script asks, which reads no page.
pub fn wants_json(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|accepted| accepted.contains("application/json"))
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

/// Sets a header to text that is known to fit one.
pub fn set_header(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
