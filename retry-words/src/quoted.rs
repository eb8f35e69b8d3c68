//! A piece of the user's text, as a message quotes it.

use std::fmt;

const ROOM: usize = 30;

/// At most [`ROOM`] bytes of a text, cut at a character's boundary. Inline, so that an error
/// made of words is `Copy` and can be built in a `const fn`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quoted {
    bytes: [u8; ROOM],
    length: u8,
    cut: bool,
}

impl Quoted {
    pub(crate) const fn new(text: &str) -> Self {
        let from = text.as_bytes();
        let mut end = if from.len() < ROOM { from.len() } else { ROOM };
        // 10xxxxxx continues a character: cutting before it would split that character.
        while end < from.len() && from[end] & 0b1100_0000 == 0b1000_0000 {
            end -= 1;
        }
        let mut bytes = [0; ROOM];
        let mut length = 0_u8;
        while (length as usize) < end {
            bytes[length as usize] = from[length as usize];
            length += 1;
        }
        Self {
            bytes,
            length,
            cut: end < from.len(),
        }
    }

    fn text(&self) -> &str {
        let bytes = &self.bytes[..usize::from(self.length)];
        std::str::from_utf8(bytes).unwrap_or_default()
    }
}

impl fmt::Display for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.text().chars() {
            // A line break or an escape code in a configuration must not forge log lines.
            if character.is_control() {
                write!(f, "{}", character.escape_default())?;
            } else {
                write!(f, "{character}")?;
            }
        }
        f.write_str(if self.cut { "…" } else { "" })
    }
}

impl fmt::Debug for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{self}`")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_word_is_cut_between_characters() {
        assert_eq!(Quoted::new("sec").to_string(), "sec");
        assert_eq!(Quoted::new(&"a".repeat(30)).to_string(), "a".repeat(30));
        assert_eq!(
            Quoted::new(&"a".repeat(31)).to_string(),
            "a".repeat(30) + "…"
        );
        // 29 + 2 bytes: the two-byte character does not fit whole, so it goes whole.
        let split = "a".repeat(29) + "µ";
        assert_eq!(Quoted::new(&split).to_string(), "a".repeat(29) + "…");
        assert_eq!(Quoted::new(&"𝄞".repeat(9)).to_string(), "𝄞".repeat(7) + "…");
    }

    #[test]
    fn control_characters_are_escaped() {
        let quoted = Quoted::new("a\nb\u{1b}");
        assert_eq!(quoted.to_string(), "a\\nb\\u{1b}");
        assert_eq!(format!("{quoted:?}"), "`a\\nb\\u{1b}`");
    }
}
