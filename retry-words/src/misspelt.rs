//! The name that was meant by one that does not exist.

/// The name that was meant, where at most two letters are wrong, and fewer than half.
/// `text` is what of a name is compared.
#[doc(hidden)]
pub fn misspelt<N: Copy, T: AsRef<str>>(
    written: &str,
    names: &[N],
    text: impl Fn(N) -> T,
) -> Option<N> {
    let (distance, known, near) = names
        .iter()
        .map(|name| {
            let known = text(*name).as_ref().to_owned();
            (distance(written, &known), known, *name)
        })
        .min_by(|(a, known_a, _), (b, known_b, _)| (a, known_a).cmp(&(b, known_b)))?;
    (distance <= 2 && distance < known.len() / 2).then_some(near)
}

/// How many letters are to be put in, left out or changed to make `b` of `a`;
/// two letters swapped count as two.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, a) in a.chars().enumerate() {
        let mut corner = i;
        let mut left = i + 1;
        row[0] = left;
        for (j, b) in b.iter().enumerate() {
            let changed = corner + usize::from(a != *b);
            corner = row[j + 1];
            left = changed.min(corner + 1).min(left + 1);
            row[j + 1] = left;
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_to_two_letters_may_be_wrong_but_not_half() {
        let names = ["timeout", "name", "max"];
        let meant = |written| misspelt(written, &names, |name| name);
        for (written, name) in [
            ("timeuot", Some("timeout")),
            ("timeouts", Some("timeout")),
            ("tmeot", Some("timeout")),
            ("abtimeout", Some("timeout")),
            ("abctimeout", None),
            ("names", Some("name")),
            ("nmae", None),
            ("mux", None),
            ("waitForReady", None),
            ("", None),
        ] {
            assert_eq!(meant(written), name, "{written}");
        }
        assert_eq!(misspelt("a", &[], |name: &str| name.to_owned()), None);
    }
}
