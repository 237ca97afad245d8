use std::collections::BTreeSet;

use boon::{Compiler, SchemaIndex, Schemas};
use reqwest::{RequestBuilder, header::HeaderMap};
use serde_json::{Value, json};

use crate::support::{Page, Program, Stream};

/// The description, and what of it was seen.
pub struct Description {
    whole: Value,
    schemas: Schemas,
    compiler: Compiler,
    /// Answers, fields, events and types of problems, each by name.
    seen: BTreeSet<String>,
}

impl Description {
    pub async fn of(program: &Program) -> Self {
        let whole = program.gets("/api/v1/openapi.json").await.json();
        let mut compiler = Compiler::new();
        compiler.enable_format_assertions();
        compiler.add_resource("urn:openapi", whole.clone()).unwrap();
        Self { whole, schemas: Schemas::new(), compiler, seen: BTreeSet::new() }
    }

    pub async fn asked(&mut self, operation: &str, request: RequestBuilder, problem: &str) {
        self.saw(operation, Page::read(request.send().await.unwrap()).await, problem);
    }

    /// An answer to an operation; a failure has this type.
    pub fn saw(&mut self, operation: &str, answer: Page, problem: &str) {
        let content = self.headers(operation, answer.status, &answer.headers);
        if let Some(schema) = content["schema"]["$ref"].as_str() {
            self.valid(schema, &answer.json());
        }
        assert_eq!(answer.status < 400, problem.is_empty(), "{operation}: {answer:?}");
        if !problem.is_empty() {
            self.problem(&answer.json(), problem);
            assert_eq!(answer.json()["status"], answer.status);
        }
    }

    /// The same of an answer that was read as bytes.
    pub fn saw_text(&mut self, operation: &str, answer: &str, problem: &str) {
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let headers = head.lines().skip(1).filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        self.saw(operation, Page { status, headers: headers.collect(), text: body.to_owned() }, problem);
    }

    /// The head of an answer; what its body should be.
    pub fn headers(&mut self, operation: &str, status: u16, headers: &HeaderMap) -> Value {
        let (method, path) = operation.split_once(' ').unwrap();
        let responses = &self.whole["paths"][path][method.to_lowercase()]["responses"];
        let answer = self.followed(&responses[status.to_string()]).clone();
        assert!(answer.is_object(), "{operation} answers {status}, which is not described");
        for (name, header) in answer["headers"].as_object().into_iter().flatten() {
            let sent = headers.get(name).map(|value| value.to_str().unwrap().to_owned());
            assert!(sent.is_some() || header["required"] != true, "{operation} {status} lacks {name}");
            let fits =
                header["schema"]["type"] != "integer" || sent.is_none_or(|sent| sent.parse::<u64>().is_ok());
            assert!(fits, "{operation} {status}: {name}");
        }
        self.seen.insert(format!("{operation} {status}"));
        if status == 204 {
            return Value::Null;
        }
        let kind = headers["content-type"].to_str().unwrap().split(';').next().unwrap();
        let content = answer["content"][kind].clone();
        assert!(content.is_object(), "{operation} {status} is {kind}");
        content
    }

    pub fn problem(&mut self, problem: &Value, name: &str) {
        self.valid("#/components/schemas/Problem", problem);
        assert_eq!(problem["type"], format!("/api#{name}"));
        self.seen.insert(format!("/api#{name}"));
    }

    pub fn sent(&mut self, schema: &str, value: &Value) {
        self.valid(&format!("#/components/schemas/{schema}"), value);
    }

    /// The next event of this name, with nothing but pings before, and posts that memory had not heard of.
    pub async fn hears(&mut self, stream: &mut Stream, name: &str) {
        let event = loop {
            let event = match name {
                "receipts" => stream.next_of_any_kind().await,
                _ => stream.next_event().await,
            };
            let event = event.expect("the stream goes on");
            if event.name == name {
                break event;
            }
            assert!(["ping", "post"].contains(&&*event.name), "{event:?}");
        };
        let mut sent = json!({ "event": event.name, "data": event.data.to_string() });
        if let Some(id) = &event.id {
            sent["id"] = json!(id);
        }
        if let Some(retry) = stream.parser.retry.take() {
            sent["retry"] = json!(retry);
        }
        self.valid("#/components/schemas/Event", &sent);
        let kinds = self.whole["components"]["schemas"]["Event"]["oneOf"].as_array().unwrap();
        let kind = kinds.iter().find(|kind| kind["properties"]["event"]["const"] == *event.name).unwrap();
        let data = kind["properties"]["data"]["contentSchema"]["$ref"].as_str().unwrap().to_owned();
        self.valid(&data, &event.data);
        let reason = event.data["reason"].as_str().unwrap_or_default();
        self.seen.insert(format!("{} {reason}", event.name));
    }

    /// Checks a value, and notes which fields it has.
    fn valid(&mut self, schema: &str, value: &Value) {
        let index: SchemaIndex =
            self.compiler.compile(&format!("urn:openapi{schema}"), &mut self.schemas).unwrap();
        self.schemas.validate(value, index).unwrap_or_else(|error| panic!("{error:#}\n{value:#}"));
        let mut fields = BTreeSet::new();
        self.fields(&json!({ "$ref": schema }), value, "", &mut fields);
        self.seen.append(&mut fields);
    }

    fn fields(&self, schema: &Value, value: &Value, name: &str, fields: &mut BTreeSet<String>) {
        let name = schema["$ref"].as_str().map_or(name, |to| to.rsplit('/').next().unwrap());
        let schema = self.followed(schema);
        for branch in schema["oneOf"].as_array().into_iter().flatten() {
            let properties = self.followed(branch)["properties"].as_object();
            let differs = |(field, inner): (&String, &Value)| {
                inner.get("const").is_some_and(|word| value.get(field) != Some(word))
            };
            if !properties.into_iter().flatten().any(differs) {
                self.fields(branch, value, name, fields);
            }
        }
        for (field, inner) in schema["properties"].as_object().into_iter().flatten() {
            if let Some(value) = value.get(field) {
                fields.insert(format!("{name}.{field}"));
                self.fields(inner, value, &format!("{name}.{field}"), fields);
            }
        }
        for value in value.as_array().into_iter().flatten() {
            self.fields(&schema["items"], value, name, fields);
        }
    }

    fn followed<'a>(&'a self, part: &'a Value) -> &'a Value {
        let target = part["$ref"].as_str().map(|to| self.whole.pointer(to.trim_start_matches('#')).unwrap());
        target.unwrap_or(part)
    }

    /// Everything that is described was seen.
    pub fn was_seen_whole(&self) {
        let mut all = BTreeSet::new();
        for (path, operations) in self.whole["paths"].as_object().unwrap() {
            for (method, operation) in operations.as_object().unwrap() {
                let answers = operation["responses"].as_object().unwrap().keys();
                all.extend(answers.map(|status| format!("{} {path} {status}", method.to_uppercase())));
            }
        }
        let schemas = self.whole["components"]["schemas"].as_object().unwrap();
        schemas.iter().for_each(|(name, schema)| described_fields(schema, name, &mut all));
        let words = |list: &Value| -> Vec<String> {
            list.as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect()
        };
        all.extend(words(&schemas["Problem"]["properties"]["type"]["enum"]));
        // A fault of the program, which nobody knows how to provoke.
        all.remove("/api#internal");
        all.extend(["hello ", "post ", "change ", "cards ", "roster ", "ping ", "reset "].map(str::to_owned));
        all.extend(
            words(&schemas["Bye"]["properties"]["reason"]["enum"]).iter().map(|why| format!("bye {why}")),
        );

        let unseen: Vec<_> = all.difference(&self.seen).collect();
        assert!(unseen.is_empty(), "described, but not seen: {unseen:#?}");
    }
}

fn described_fields(schema: &Value, name: &str, all: &mut BTreeSet<String>) {
    for branch in schema["oneOf"].as_array().into_iter().flatten() {
        described_fields(branch, name, all);
    }
    for (field, inner) in schema["properties"].as_object().into_iter().flatten() {
        all.insert(format!("{name}.{field}"));
        described_fields(inner, &format!("{name}.{field}"), all);
    }
}
