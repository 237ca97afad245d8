//! The catalogues are whole: every text is there in every language, something says each of them, and no page and no script
//! says anything that stands in none.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Pattern, PatternElement},
    parser,
};

/// What stands in templates and is the same in every language.
const NAMES: [&str; 4] = ["Tidings", "nginx", "Caddy", "HAProxy"];

/// A text: which arguments it has.
type Catalogue = BTreeMap<String, BTreeSet<String>>;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The files in a folder and below it that end so, each with its content.
fn files(name: &str, ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![folder(name)];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == ending) {
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(!found.is_empty(), "{name}");
    found
}

fn catalogue(language: &str) -> Catalogue {
    let mut texts = Catalogue::new();
    for (file, source) in files(&format!("locales/{language}"), "ftl") {
        let resource = parser::parse(source.as_str()).map_err(|(_, errors)| errors);
        for entry in resource.unwrap_or_else(|errors| panic!("{file}: {errors:?}")).body {
            let Entry::Message(message) = entry else { continue };
            let mut arguments = BTreeSet::new();
            note_arguments(&message.value.unwrap(), &mut arguments);
            let before = texts.insert(message.id.name.to_owned(), arguments);
            assert_eq!(before, None, "{} stands twice", message.id.name);
        }
    }
    texts
}

fn note_arguments(pattern: &Pattern<&str>, arguments: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else { continue };
        let inline = match expression {
            Expression::Inline(inline) => inline,
            Expression::Select { selector, variants } => {
                variants.iter().for_each(|variant| note_arguments(&variant.value, arguments));
                selector
            }
        };
        if let InlineExpression::VariableReference { id } = inline {
            arguments.insert(id.name.to_owned());
        }
    }
}

/// Every literal between quotation marks.
fn literals(source: &str) -> impl Iterator<Item = &str> {
    source.split(['"', '`']).filter(|text| !text.is_empty() && !text.contains('\n'))
}

/// What follows a call, up to the end of its first literal.
fn called<'a>(source: &'a str, call: &'a str) -> impl Iterator<Item = &'a str> {
    source.split(call).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0))
}

fn sources() -> Vec<(String, String)> {
    [files("src", "rs"), files("templates", "html"), files("assets/js", "js")].concat()
}

#[test]
fn every_text_is_there_in_every_language_with_the_same_arguments() {
    let english = catalogue("en");
    let german = catalogue("de");
    for (key, arguments) in &english {
        let others = german.get(key).unwrap_or_else(|| panic!("{key} is not there in German"));
        // A choice may be needed in one language alone, and is by an argument that both are given.
        assert!(others.is_subset(arguments), "{key}: {others:?} in German, {arguments:?} in English");
    }
    assert_eq!(german.keys().collect::<Vec<_>>(), english.keys().collect::<Vec<_>>());
}

#[test]
fn every_key_that_is_said_has_a_text() {
    let texts = catalogue("en");
    let calls =
        ["text::say(\"", "text::of(\"", "text::rich(\"", "text::key(\"", "= say(\"", " say(\"", "(say(\""];
    let mut said = 0;
    for (file, source) in sources() {
        let source = source.split("#[cfg(test)]\nmod tests").next().unwrap();
        for key in calls.iter().flat_map(|call| called(source, call)) {
            assert!(texts.contains_key(key), "{file} says {key}");
            said += 1;
        }
        if file.ends_with(".js") {
            let keys = literals(source).filter(|text| text.starts_with("script-"));
            keys.for_each(|key| assert!(texts.contains_key(key), "{file} says {key}"));
        }
    }
    assert!(said > 500, "calls are found: {said}");
}

#[test]
fn every_text_is_said_somewhere() {
    let sources = sources();
    let said: BTreeSet<_> = sources.iter().flat_map(|(_, source)| literals(source)).collect();
    for key in catalogue("en").keys() {
        assert!(said.contains(key.as_str()), "nothing says {key}");
    }
}

#[test]
fn no_template_says_what_stands_in_no_catalogue() {
    for (file, source) in files("templates", "html") {
        for words in words_of(&source) {
            let left = NAMES.iter().fold(words.to_owned(), |words, name| words.replace(name, ""));
            assert!(!left.contains(char::is_alphabetic), "{file} says “{}”", words.trim());
        }
    }
    let found: Vec<_> =
        words_of("<p title=\"A {{ b }}\">{% if c %}D{% endif %}<code>e</code>{# f #}</p>").collect();
    assert_eq!(found, ["A ", "D"], "words are found where they stand");
}

/// What a reader sees or hears of a template that is no expression, and no example of code.
fn words_of(source: &str) -> impl Iterator<Item = String> {
    let mut words = Vec::new();
    let mut rest = source.to_owned();
    for (from, to) in [
        ("{#", "#}"),
        ("{%", "%}"),
        ("{{", "}}"),
        ("<pre", "</pre>"),
        ("<code", "</code>"),
        ("<svg", "</svg>"),
    ] {
        rest = without(&rest, from, to);
    }
    for (place, part) in rest.split('<').enumerate() {
        let (tag, text) = if place == 0 { ("", part) } else { part.split_once('>').unwrap_or((part, "")) };
        for name in [" aria-label=\"", " title=\"", " placeholder=\"", " alt=\""] {
            words.extend(called(tag, name).map(|words| words.replace('\u{0}', "")));
        }
        words.push(text.replace("&amp;", "").replace('\u{0}', ""));
    }
    words.into_iter().filter(|words| words.contains(char::is_alphabetic))
}

/// The text without what stands between these.
fn without(text: &str, from: &str, to: &str) -> String {
    let mut parts = text.split(from);
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |left, part| left + "\u{0}" + part.split_once(to).map_or("", |(_, after)| after))
}

#[test]
fn no_script_says_what_stands_in_no_catalogue() {
    for (file, source) in files("assets/js", "js") {
        let code = source.lines().filter(|line| {
            let line = line.trim_start();
            !line.starts_with("//") && !line.starts_with('*') && !line.starts_with("/*")
        });
        for line in
            code.filter(|line| !line.contains("className = ") && !line.contains("element(\"a\", \"button"))
        {
            assert!(!says_words(line), "{file}: {}", line.trim());
        }
    }
    for line in
        ["x.textContent = `Part ${a} of ${b}`;", "say(\"Connected again.\");", "tell(\"no one there\")"]
    {
        assert!(says_words(line), "{line}");
    }
    for line in
        ["say(\"script-live\")", "a.querySelector(\".card .age time\")", "import { a } from \"./a.js\";"]
    {
        assert!(!says_words(line), "{line}");
    }
}

/// Whether a line has a literal that reads like a sentence, or is shown as it is.
fn says_words(line: &str) -> bool {
    let quoted = |mark: char| line.split(mark).skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let shown = line.contains("textContent = \"") || line.contains("\"aria-label\", \"");
    [quoted('"'), quoted('`')].concat().iter().any(|text| {
        let text = without(text, "${", "}").replace('\u{0}', "");
        let words: Vec<_> = text.split_whitespace().collect();
        let is_word = |word: &&str| word.trim_matches(['.', ',', ':']).chars().all(char::is_alphabetic);
        let is_code = text.contains(['[', '>', '#', '=', '{', '<', '('])
            || text.starts_with('.')
            || text.contains(", .");
        let capital = text.starts_with(|first: char| first.is_uppercase()) && text.len() > 1 && shown;
        capital || !is_code && words.iter().filter(|word| is_word(word) && word.len() > 1).count() > 1
    })
}
