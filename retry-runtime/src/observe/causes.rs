//! An error with its causes: what an error says of itself is often "it failed".

use std::error::Error;
use std::fmt::{self, Display, Write as _};
use std::iter::successors;

/// An error whose `source` is itself has no end.
const MOST: usize = 16;

/// `error: its cause: the cause of that`. A cause that has been printed already, as part
/// of what is above it, is not printed again.
pub(super) fn write(error: &dyn Error, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Some(cause) = error.source() else {
        return Display::fmt(error, f);
    };
    let mut text = error.to_string();
    for cause in successors(Some(cause), |&cause| cause.source()).take(MOST) {
        let more = cause.to_string();
        if !text.contains(&more) {
            write!(text, ": {more}")?;
        }
    }
    f.write_str(&text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::Shown;

    #[derive(Debug)]
    struct Layer(&'static str, Option<Box<Layer>>);

    impl Display for Layer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Layer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.1.as_deref().map(|layer| layer as _)
        }
    }

    fn chain(texts: &[&'static str]) -> String {
        let layers = texts
            .iter()
            .rev()
            .fold(None, |below, text| Some(Box::new(Layer(text, below))));
        Shown::Error(&*layers.unwrap()).to_string()
    }

    #[test]
    fn causes_follow_the_error() {
        assert_eq!(chain(&["no answer"]), "no answer");
        assert_eq!(
            chain(&["no user 7", "error sending request", "refused"]),
            "no user 7: error sending request: refused"
        );
    }

    #[test]
    fn what_an_error_says_of_its_cause_is_not_said_twice() {
        assert_eq!(
            chain(&["io: refused", "refused", "os error 111"]),
            "io: refused: os error 111"
        );
        assert_eq!(chain(&["transparent", "transparent"]), "transparent");
    }

    #[derive(Debug)]
    struct Snake;

    impl Display for Snake {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("bites its tail")
        }
    }

    impl Error for Snake {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&Snake)
        }
    }

    #[test]
    fn a_cause_that_is_its_own_cause_ends() {
        assert_eq!(Shown::Error(&Snake).to_string(), "bites its tail");
    }
}
