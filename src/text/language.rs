//! Which languages there are, which of them somebody reads, and that of the running task, with the reader's time zone.

use std::cell::{Cell, RefCell};

use jiff::tz::TimeZone;

/// A language that has a catalogue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    #[default]
    English,
    German,
    /// English, mirrored and longer: to see what a page does with such a language.
    #[cfg(debug_assertions)]
    Pseudo,
}

/// Who reads what a task makes.
#[derive(Default)]
struct Reader {
    language: Cell<Language>,
    zone: RefCell<Option<TimeZone>>,
}

tokio::task_local! {
    static READER: Reader;
}

/// The language of this task; English, where nobody set one.
pub fn language() -> Language {
    of_reader().unwrap_or_default()
}

/// The language of this task, if it is that of a page.
pub fn of_reader() -> Option<Language> {
    READER.try_with(|reader| reader.language.get()).ok()
}

/// Has this task go on in another language, if it has one at all.
pub fn choose(language: Language) {
    // Without one, the task is none of a page, and stays English.
    let _ = READER.try_with(|reader| reader.language.set(language));
}

/// Has this task tell times in a zone that its reader chose, if it has a reader at all.
pub fn choose_zone(zone: TimeZone) {
    let _ = READER.try_with(|reader| reader.zone.replace(Some(zone)));
}

/// The zone that the reader of this task chose; the other one, where nobody did.
pub fn zone_or(other: &TimeZone) -> TimeZone {
    let chosen = READER.try_with(|reader| reader.zone.borrow().clone()).ok().flatten();
    chosen.unwrap_or_else(|| other.clone())
}

/// Does this in a language.
pub async fn in_language<F: Future>(language: Language, work: F) -> F::Output {
    READER.scope(Reader::of(language), work).await
}

/// Makes this in a language.
pub fn in_language_of<T>(language: Language, make: impl FnOnce() -> T) -> T {
    READER.sync_scope(Reader::of(language), make)
}

/// Does this off the async threads, for the reader of this task.
///
/// # Panics
/// When the work does.
pub async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let reader = Reader::of_task();
    let done = tokio::task::spawn_blocking(move || match reader {
        Some(reader) => READER.sync_scope(reader, work),
        None => work(),
    });
    done.await.expect("the work does not panic")
}

/// This work for the reader of this task, to be done by another one.
pub fn carried<F: Future>(work: F) -> impl Future<Output = F::Output> {
    let reader = Reader::of_task();
    async move {
        match reader {
            Some(reader) => READER.scope(reader, work).await,
            None => work.await,
        }
    }
}

impl Reader {
    /// Whoever reads what this task makes, if it is a page's.
    fn of_task() -> Option<Self> {
        READER.try_with(|reader| Self { language: reader.language.clone(), zone: reader.zone.clone() }).ok()
    }

    /// Of that language, whose zone nobody knows.
    fn of(language: Language) -> Self {
        Self { language: Cell::new(language), zone: RefCell::default() }
    }
}

impl Language {
    /// All that there are.
    pub const ALL: &[Self] = &[
        Self::English,
        Self::German,
        #[cfg(debug_assertions)]
        Self::Pseudo,
    ];

    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// Its tag (BCP 47), as in `lang=`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            #[cfg(debug_assertions)]
            Self::Pseudo => "ar-XB",
        }
    }

    /// What its own speakers call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
            #[cfg(debug_assertions)]
            Self::Pseudo => "Pseudo",
        }
    }

    /// Which way it is written, as in `dir=`.
    pub fn direction(self) -> &'static str {
        match self {
            Self::English | Self::German => "ltr",
            #[cfg(debug_assertions)]
            Self::Pseudo => "rtl",
        }
    }

    /// The language of that tag.
    pub fn of_tag(tag: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|language| language.tag().eq_ignore_ascii_case(tag))
    }

    /// The best of what a browser accepts, by its `Accept-Language` (RFC 9110, section 12.5.4).
    pub fn accepted(header: &str) -> Option<Self> {
        let mut best = None;
        for range in header.split(',') {
            let (tag, quality) = range.split_once(';').map_or((range, 1.0), |(tag, q)| (tag, quality(q)));
            let Some(language) = Self::in_range(tag.trim()) else { continue };
            // Of two alike, the first.
            if quality > best.map_or(0.0, |(best, _)| best) {
                best = Some((quality, language));
            }
        }
        best.map(|(_, language)| language)
    }

    /// The language that somebody reads who asked for this range: `de-AT` is German.
    fn in_range(range: &str) -> Option<Self> {
        if range == "*" {
            return Some(Self::English);
        }
        let primary = range.split_once('-').map_or(range, |(primary, _)| primary);
        Self::of_tag(range).or_else(|| Self::of_tag(primary))
    }
}

/// `q=0.8`; what is none counts as not wanted.
fn quality(parameter: &str) -> f32 {
    let number = parameter.trim().strip_prefix(['q', 'Q']).and_then(|rest| rest.trim().strip_prefix('='));
    number.and_then(|number| number.trim().parse().ok()).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_gets_the_language_that_it_likes_best() {
        let cases = [
            ("de", Some(Language::German)),
            ("de-AT,de;q=0.9,en;q=0.8", Some(Language::German)),
            ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", Some(Language::English)),
            ("en;q=0.3, DE ; q = 0.7", Some(Language::German)),
            ("de;q=0, en;q=0.1", Some(Language::English)),
            ("de;q=0", None),
            ("de;q=nonsense", None),
            ("fr, it", None),
            ("*", Some(Language::English)),
            ("", None),
            (";;;,,,=q", None),
        ];
        for (header, language) in cases {
            assert_eq!(Language::accepted(header), language, "{header}");
        }
    }

    #[tokio::test]
    async fn a_task_has_its_own_language_and_may_change_it() {
        choose(Language::German);
        assert_eq!(language(), Language::English, "nobody gave it one");

        in_language(Language::German, async {
            assert_eq!(language(), Language::German);
            assert_eq!(in_language_of(Language::English, language), Language::English);
            choose(Language::English);
            assert_eq!(language(), Language::English);
        })
        .await;
    }

    #[tokio::test]
    async fn a_task_tells_times_in_the_zone_that_its_reader_chose() {
        let [vienna, tokyo] =
            ["Europe/Vienna", "Asia/Tokyo"].map(|name| TimeZone::get(name).expect("a bundled zone"));
        choose_zone(tokyo.clone());
        assert_eq!(zone_or(&vienna), vienna, "nobody reads it");

        in_language(Language::German, async {
            assert_eq!(zone_or(&vienna), vienna);
            choose_zone(tokyo.clone());
            assert_eq!(zone_or(&vienna), tokyo);
            assert_eq!(
                in_language_of(Language::German, || zone_or(&vienna)),
                vienna,
                "what is made for all is in the other"
            );
        })
        .await;
    }
}
