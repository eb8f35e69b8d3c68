//! `sqlx::Error`, of sqlx 0.9.

use super::classify::judge;
use super::known::KnownType;
use super::sqlstate;
use crate::transient::Transient;
use crate::verdict::Verdict;
use ::sqlx_core::error::{DatabaseError, Error};

/// | error | verdict |
/// | --- | --- |
/// | no connection from the pool in time | not sent, timed out |
/// | the connection could not be opened, was lost | as the [`io::Error`](std::io::Error) says |
/// | 40001 serialization failure, 40P01 deadlock, 55P03 lock not available; `SQLite`'s `BUSY` and `LOCKED` | transient, not against the service |
/// | 53300 too many connections, 53000, 53200 out of memory | transient, overloaded |
/// | 57P01 and 57P02 shutting down, 57P03 starting, 57P05 the session was idle; 08… connection exceptions | transient |
/// | other 53…, 58… and XX… | permanent, against the service |
/// | a connection's own thread has crashed | transient |
/// | no row, a closed pool, all else | permanent |
///
/// `MySQL`'s deadlock is a 40001 too; its "lock wait timeout" is not told apart from
/// other errors by its SQLSTATE, and is permanent.
///
/// **A conflict** ends the transaction, not the statement alone: retry the function
/// that begins it, with `budget = none` where many may meet, and not one statement
/// inside. 40003, where nobody knows whether the transaction was committed, is
/// permanent.
///
/// **Not sent** speaks of the last request: a function that asks the pool twice may
/// have executed the first one.
///
/// ```
/// use retry_runtime::{Transient, Verdict};
/// # use sqlx_core as sqlx;
///
/// let error = sqlx::Error::PoolTimedOut;
/// assert_eq!(error.verdict(), Verdict::not_sent().timed_out());
/// assert!(!sqlx::Error::RowNotFound.verdict().is_retryable());
/// ```
#[diagnostic::do_not_recommend]
impl Transient for Error {
    fn verdict(&self) -> Verdict {
        judge(self)
    }
}

impl KnownType for Error {
    fn known(&self) -> Option<Verdict> {
        match self {
            Self::Io(_) | Self::Tls(_) => None,
            Self::Database(error) => Some(of_database(&**error)),
            Self::PoolTimedOut => Some(Verdict::not_sent().timed_out()),
            Self::WorkerCrashed => Some(Verdict::transient()),
            _ => Some(Verdict::permanent()),
        }
    }
}

fn of_database(error: &dyn DatabaseError) -> Verdict {
    match error.code() {
        None => Verdict::permanent(),
        Some(code) if is_sqlite_busy(&code) => Verdict::transient().against_service(false),
        Some(code) => sqlstate::verdict(&code),
    }
}

/// `SQLITE_BUSY` or `SQLITE_LOCKED`. `SQLite`'s extended codes are decimal numbers, whose
/// lowest byte is the primary code; they are shorter than an SQLSTATE.
fn is_sqlite_busy(code: &str) -> bool {
    const BUSY: u32 = 5;
    const LOCKED: u32 = 6;
    code.len() < 5
        && code
            .parse()
            .is_ok_and(|code: u32| matches!(code & 0xff, BUSY | LOCKED))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::sqlx_core::error::ErrorKind;
    use std::borrow::Cow;
    use std::error;
    use std::fmt;
    use std::io;

    /// What a driver makes of a server's answer.
    #[derive(Debug)]
    struct Answer(Option<&'static str>);

    impl fmt::Display for Answer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("from the database")
        }
    }

    impl error::Error for Answer {}

    impl DatabaseError for Answer {
        fn message(&self) -> &'static str {
            "from the database"
        }

        fn code(&self) -> Option<Cow<'_, str>> {
            self.0.map(Cow::Borrowed)
        }

        fn as_error(&self) -> &(dyn error::Error + Send + Sync + 'static) {
            self
        }

        fn as_error_mut(&mut self) -> &mut (dyn error::Error + Send + Sync + 'static) {
            self
        }

        fn into_error(self: Box<Self>) -> Box<dyn error::Error + Send + Sync + 'static> {
            self
        }

        fn kind(&self) -> ErrorKind {
            ErrorKind::Other
        }
    }

    #[test]
    fn answers_are_judged_by_their_code() {
        let conflict = Verdict::transient().against_service(false);
        for (code, expected) in [
            (Some("40001"), conflict),
            (Some("40P01"), conflict),
            (Some("53300"), Verdict::transient().overloaded()),
            (Some("57P01"), Verdict::transient()),
            (Some("57P03"), Verdict::transient()),
            (Some("23505"), Verdict::permanent()),
            (Some("00005"), Verdict::permanent()),
            // SQLite: BUSY, LOCKED, BUSY_SNAPSHOT, LOCKED_SHAREDCACHE, CONSTRAINT_UNIQUE
            (Some("5"), conflict),
            (Some("6"), conflict),
            (Some("517"), conflict),
            (Some("262"), conflict),
            (Some("2067"), Verdict::permanent()),
            (None, Verdict::permanent()),
        ] {
            assert_eq!(Error::from(Answer(code)).verdict(), expected, "{code:?}");
        }
    }

    #[test]
    fn what_the_pool_says() {
        assert_eq!(
            Error::PoolTimedOut.verdict(),
            Verdict::not_sent().timed_out()
        );
        assert_eq!(Error::WorkerCrashed.verdict(), Verdict::transient());
        assert_eq!(Error::PoolClosed.verdict(), Verdict::permanent());
        assert_eq!(Error::RowNotFound.verdict(), Verdict::permanent());
    }

    #[test]
    fn the_systems_errors_are_judged_as_ever() {
        let error = |kind: io::ErrorKind| Error::Io(kind.into());
        let refused = error(io::ErrorKind::ConnectionRefused);
        assert_eq!(refused.verdict(), Verdict::not_sent());
        let reset = error(io::ErrorKind::ConnectionReset);
        assert_eq!(reset.verdict(), Verdict::transient());
        let reset = Error::Tls(Box::new(io::Error::from(io::ErrorKind::ConnectionReset)));
        assert_eq!(reset.verdict(), Verdict::transient());
        // Not what happened to a request, whatever it is made of.
        let file = Error::Configuration(Box::new(io::Error::from(io::ErrorKind::TimedOut)));
        assert_eq!(file.verdict(), Verdict::permanent());
    }
}
