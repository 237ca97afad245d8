//! Which passwords are good enough.

use crate::{
    domain::passwords::normalised,
    names::{self, spelling},
    text,
};

/// Characters. Fewer are soon guessed.
const MIN_LENGTH: usize = 8;

/// Characters. More are typed by nobody.
const MAX_LENGTH: usize = 256;

/// What is guessed first; the lines that begin with `# ` say where it is from.
const COMMON: &str = include_str!("common.txt");

/// Whether this is good enough for the new password of whoever has this name, or what is wrong with it in a
/// sentence for whoever typed it.
///
/// # Errors
/// A password shorter than 8 or longer than 256 characters, one that no keyboard types, one of the 3,000 most
/// common, and the name itself.
pub fn check(password: &str, name: &str) -> Result<(), String> {
    let password = normalised(password);
    if password.contains(spelling::is_untypable) {
        return Err(text::say("password-untypable"));
    }
    match password.chars().count() {
        0..MIN_LENGTH => Err(text::of("password-too-short").with("least", MIN_LENGTH).say()),
        MIN_LENGTH..=MAX_LENGTH if is_common(&password) => Err(text::say("password-common")),
        MIN_LENGTH..=MAX_LENGTH if is_name(&password, name) => Err(text::say("password-is-name")),
        MIN_LENGTH..=MAX_LENGTH => Ok(()),
        _ => Err(text::of("password-too-long").with("most", MAX_LENGTH).say()),
    }
}

/// Without regard to case and width, which guessers try as well.
fn is_common(password: &str) -> bool {
    let password = spelling::unified(password).to_lowercase();
    COMMON.lines().filter(|line| !line.starts_with("# ")).any(|line| line == password)
}

/// In whatever spelling, with or without its spaces.
fn is_name(password: &str, name: &str) -> bool {
    let bare = |text: &str| names::key(text).replace(' ', "");
    !name.is_empty() && bare(password) == bare(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_that_is_guessed_first_is_refused_and_nothing_else_of_its_length() {
        let common = COMMON.lines().filter(|line| !line.starts_with("# "));
        assert!(common.clone().count() == 3000 && common.clone().all(|line| (8..=256).contains(&line.len())));

        for common in ["password", "Password1", "1q2w3e4r5t", "QWERTYUIOP", "ｐａｓｓｗｏｒｄ"] {
            assert!(check(common, "ann").is_err(), "{common}");
        }
        for good in ["        ", "aaaaaaab", "пароль пароль", "correct horse battery staple", "# no comment"]
        {
            assert_eq!(check(good, "ann"), Ok(()), "{good}");
        }
    }

    #[test]
    fn characters_are_counted_not_bytes() {
        for good in ["пароль12", "🦊🦊🦊🦊🦊🦊🦊🦊", &"ö".repeat(256), &"o\u{308}".repeat(256)]
        {
            assert_eq!(check(good, "ann"), Ok(()), "{good}");
        }
        for bad in ["1234567", "парольч", "o\u{308}o\u{308}o\u{308}o\u{308}", &"ö".repeat(257), ""] {
            assert!(check(bad, "ann").is_err(), "{bad}");
        }
    }

    #[test]
    fn what_no_keyboard_types_and_ones_own_name_are_refused() {
        for bad in
            ["just right 8\n", "\u{feff}just right 8", "just\0right 8", "just right 8\r", "just\tright 8"]
        {
            assert!(check(bad, "ann").is_err(), "{bad:?}");
        }
        for name in ["Zoë Berger", "ZOE\u{308} BERGER", "Zoë\u{a0}Berger", "zoëberger", "Ｚｏë Berger"]
        {
            assert!(check(name, "Zoë Berger").is_err(), "{name:?}");
            assert!(check("Zoë Berger", name).is_err(), "{name:?}");
        }
        assert_eq!(check("Zoë Berger 1", "Zoë Berger"), Ok(()));
        assert_eq!(check("        ", ""), Ok(()), "who has no name yet");
    }
}
