//! Numbers as people read them.

/// A number as it is shown, with so many digits after the point, or as many as it has.
pub fn figure(number: f64, decimals: Option<u8>) -> String {
    let plain = match decimals {
        Some(decimals) => format!("{number:.*}", usize::from(decimals)),
        None => format!("{number}"),
    };
    let (sign, digits) = match plain.strip_prefix('-') {
        // Nothing is no less than nothing.
        Some(digits) if digits.chars().any(|digit| ('1'..='9').contains(&digit)) => ("−", digits),
        Some(digits) => ("", digits),
        None => ("", &*plain),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{grouped}{point}{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_grouped_and_has_its_digits() {
        for (number, decimals, shown) in [
            (21.5, None, "21.5"),
            (1284.0, None, "1,284"),
            (-18.24, Some(1), "−18.2"),
            (-0.04, Some(1), "0.0"),
            (1_234_567.891, Some(2), "1,234,567.89"),
            (100.0, Some(2), "100.00"),
            (999.0, None, "999"),
        ] {
            assert_eq!(figure(number, decimals), shown);
        }
    }
}
