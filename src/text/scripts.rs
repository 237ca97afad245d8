//! What scripts say: the texts whose keys begin with `script-`, as a module for each language, so that no sentence stands
//! twice and no script reads Fluent.

use std::fmt::Write;

use fluent_bundle::FluentResource;
use fluent_syntax::ast::{
    Entry, Expression, InlineExpression, Message, Pattern, PatternElement, Variant, VariantKey,
};
use serde_json::{Map, Value, json};

use crate::text::{catalogue, language::Language};

/// The module of a language: it hands the texts to `texts.js`.
pub fn module(language: Language) -> String {
    let mut texts = Map::new();
    for source in catalogue::sources(source_of(language)) {
        let resource = FluentResource::try_new(source).unwrap_or_else(|(resource, _)| resource);
        for entry in resource.entries() {
            let Entry::Message(Message { id, value: Some(pattern), .. }) = entry else { continue };
            if id.name.starts_with("script-") {
                texts.insert(id.name.to_owned(), of_pattern(pattern));
            }
        }
    }
    let mut module = String::from("import { use } from \"./texts.js\";\n");
    writeln!(module, "use({});", Value::Object(texts)).expect("a String takes whatever is written to it");
    module
}

/// The catalogue of a language.
fn source_of(language: Language) -> Language {
    match language {
        #[cfg(debug_assertions)]
        Language::Pseudo => Language::English,
        language => language,
    }
}

/// A list of words, `{"of": name}` for an argument, and `{"by": name, "are": {one: …}, "else": …}` for a choice.
fn of_pattern(pattern: &Pattern<&str>) -> Value {
    pattern.elements.iter().map(of_element).collect()
}

fn of_element(element: &PatternElement<&str>) -> Value {
    match element {
        PatternElement::TextElement { value } => json!(value),
        PatternElement::Placeable { expression } => match expression {
            Expression::Inline(inline) => of_inline(inline),
            Expression::Select { selector, variants } => of_choice(selector, variants),
        },
    }
}

fn of_inline(inline: &InlineExpression<&str>) -> Value {
    match inline {
        InlineExpression::StringLiteral { value } | InlineExpression::NumberLiteral { value } => json!(value),
        InlineExpression::Placeable { expression } => match &**expression {
            Expression::Inline(inline) => of_inline(inline),
            Expression::Select { selector, variants } => of_choice(selector, variants),
        },
        other => json!({"of": name_of(other)}),
    }
}

fn of_choice(selector: &InlineExpression<&str>, variants: &[Variant<&str>]) -> Value {
    let mut are = Map::new();
    for variant in variants {
        let (VariantKey::Identifier { name: key } | VariantKey::NumberLiteral { value: key }) = variant.key;
        are.insert(key.to_owned(), of_pattern(&variant.value));
    }
    let usual = variants.iter().find(|variant| variant.default).map(|variant| of_pattern(&variant.value));
    json!({"by": name_of(selector), "are": are, "else": usual})
}

fn name_of<'a>(expression: &InlineExpression<&'a str>) -> &'a str {
    match expression {
        InlineExpression::VariableReference { id } => id.name,
        _ => "",
    }
}
