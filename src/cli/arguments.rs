//! The command line, the environment and files with secrets, made ready for the parser: what is empty is not set,
//! and no mistake repeats a secret.

use std::{
    env,
    ffi::{OsStr, OsString},
};

use clap::{
    Arg, Command, CommandFactory,
    error::{ContextKind, ContextValue},
};

use crate::{cli::Cli, config::secrets};

/// Options that may hold a password.
const SECRET: [&str; 2] = ["database", "redis"];

/// What of the server's options a command reads. All are taken everywhere, as a unit or a script may set them for every command;
/// the help of a command names these alone.
const READ_BY: [(&str, &[&str]); 11] = [
    ("health", &["listen", "tls_cert"]),
    ("user", &["database", "listen", "base_url", "tls_cert", "time_zone"]),
    ("group", &["database"]),
    ("token", &["database"]),
    ("post", &[]),
    ("follow", &[]),
    ("card", &[]),
    ("run", &[]),
    ("migrate", &["database"]),
    ("backup", &["database"]),
    ("restore", &["database"]),
];

/// The parser, which knows the secrets that are kept in files.
pub(crate) fn command() -> Result<Command, secrets::SecretError> {
    let mut command = Cli::command().mut_args(without_empty_variable);
    command = command.mut_subcommands(|subcommand| {
        subcommand
            .mut_args(without_empty_variable)
            .mut_subcommands(|subcommand| subcommand.mut_args(without_empty_variable))
    });
    for secret in SECRET {
        if let Some(value) = secrets::from_file(secret)?.filter(|value| !value.is_empty()) {
            command = command.mut_arg(secret, |arg| arg.default_value(value).hide_default_value(true));
        }
    }
    Ok(with_short_help(command))
}

/// Hides from the help of each command what it does not read.
fn with_short_help(mut command: Command) -> Command {
    let options: Vec<_> = command.get_arguments().filter(|arg| arg.is_global_set()).cloned().collect();
    for (name, read) in READ_BY {
        let hidden = options.iter().filter(|arg| !read.contains(&arg.get_id().as_str()));
        let hidden: Vec<_> = hidden.map(|arg| arg.clone().hide(true)).collect();
        command = command.mut_subcommand(name, |subcommand| subcommand.args(hidden));
    }
    command
}

/// A variable that is empty says nothing, as in a unit or a compose file that has a line for everything. A switch
/// that is off is not there: only so does it not conflict with anything.
fn without_empty_variable(arg: Arg) -> Arg {
    let Some(value) = arg.get_env().and_then(env::var_os) else { return arg };
    let is_off = !arg.get_action().takes_values()
        && ["0", "false", "no", "off"].iter().any(|off| value.eq_ignore_ascii_case(off));
    if value.is_empty() || is_off { arg.env(None::<&str>) } else { arg }
}

/// The arguments without options that are given as nothing, such as `--redis "$REDIS"` where there is none.
pub(crate) fn given(command: &Command, arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let optional = |name: &OsStr| {
        command.get_arguments().any(|arg| {
            let is_it = arg.get_long().is_some_and(|long| name == OsStr::new(&format!("--{long}")));
            is_it && arg.get_action().takes_values()
        })
    };
    let mut kept = Vec::new();
    let mut arguments = arguments.peekable();
    while let Some(argument) = arguments.next() {
        if argument == "--" {
            kept.push(argument);
            kept.extend(arguments);
            break;
        }
        if optional(&argument) && arguments.peek().is_some_and(|value| value.is_empty()) {
            arguments.next();
            continue;
        }
        let is_empty = argument.to_str().and_then(|text| text.strip_suffix('='));
        if !is_empty.is_some_and(|name| optional(OsStr::new(name))) {
            kept.push(argument);
        }
    }
    kept
}

/// The mistake, which repeats nothing that may hold a password: it may be right but for a letter, and errors end up
/// in logs.
pub(crate) fn without_secrets(mut mistake: clap::Error) -> clap::Error {
    let text = |mistake: &clap::Error, kind| match mistake.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        _ => String::new(),
    };
    let option = text(&mistake, ContextKind::InvalidArg);
    let is_secret = SECRET.iter().any(|secret| option.starts_with(&format!("--{secret} ")));
    for kind in [ContextKind::InvalidValue, ContextKind::InvalidArg, ContextKind::InvalidSubcommand] {
        let shown = text(&mistake, kind);
        let is_address = shown.contains("://") || shown.contains('@');
        if is_address || (is_secret && kind == ContextKind::InvalidValue) {
            mistake.insert(kind, ContextValue::String("(not shown)".into()));
        }
    }
    mistake
}
