//! `std::io::Error`.

use super::classify::{classify, judge};
use super::known::KnownType;
#[cfg(any(feature = "hyper-util", feature = "reqwest", feature = "reqwest-0-12"))]
use super::known::{as_a, chain};
use crate::transient::Transient;
use crate::verdict::Verdict;
use std::io;

/// | kind | verdict |
/// | --- | --- |
/// | [`ConnectionRefused`](io::ErrorKind::ConnectionRefused) | not sent; with an error of an unknown type inside, transient |
/// | time-outs | transient, timed out |
/// | connections that were reset, aborted or closed early; broken pipes; interruptions | transient |
/// | host or network unreachable, network down, host down | transient: an established connection reports them too, so that they prove nothing |
/// | a name that could not be resolved for the moment | transient |
/// | [`Other`](io::ErrorKind::Other) | by the error inside, as a boxed error |
/// | every other kind | permanent |
///
/// [`WouldBlock`](io::ErrorKind::WouldBlock) is a time-out: that is what a socket
/// of `std` with a read or write time-out ends in on Unix.
///
/// **Names that cannot be resolved** have one kind in `std`, whatever the reason.
/// The reason is read from the system's own words ("Temporary failure in name
/// resolution"): those of glibc, musl, the BSDs, Apple and Android, and Windows'
/// error number. A system that says it otherwise, or in another language, is not
/// understood, and the error is permanent as for a name that does not exist. Some
/// systems without a network say that the name does not exist, and some name
/// servers do while a name is being set up: nobody can tell these apart.
impl Transient for io::Error {
    fn verdict(&self) -> Verdict {
        judge(self)
    }
}

impl KnownType for io::Error {
    fn known(&self) -> Option<Verdict> {
        Some(match self.kind() {
            io::ErrorKind::ConnectionRefused if !proves_refusal(self) => Verdict::transient(),
            io::ErrorKind::ConnectionRefused => Verdict::not_sent(),
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Verdict::transient().timed_out(),
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::UnexpectedEof
            | io::ErrorKind::Interrupted
            | io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::NetworkDown => Verdict::transient(),
            io::ErrorKind::Other => return None,
            _ if is_host_down(self) => Verdict::transient(),
            _ => Lookup::of(self).map_or(Verdict::permanent(), Lookup::verdict),
        })
    }
}

/// Whether the connection was refused and nothing more: an error that is put inside may
/// be that of a client which has tried before, and whose last try was refused. The
/// system's own has none inside, and a mere text is no client's.
fn proves_refusal(error: &io::Error) -> bool {
    error.get_ref().is_none_or(|inside| {
        let is_text = || format!("{inside:?}") == format!("{:?}", inside.to_string());
        classify(inside).is_some_and(|verdict| verdict.is_unexecuted()) || is_text()
    })
}

/// `EHOSTDOWN`, for which `std` has no kind. Apple's systems and the BSDs say so of
/// a host in the same network.
fn is_host_down(error: &io::Error) -> bool {
    const HOST_DOWN: i32 = if cfg!(windows) {
        10064
    } else if cfg!(any(target_os = "linux", target_os = "android")) {
        112
    } else {
        64
    };
    error.raw_os_error() == Some(HOST_DOWN)
}

/// Why a name was not resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lookup {
    /// The name servers did not answer, or said "later" (`EAI_AGAIN`).
    ForTheMoment,
    /// There is no such name, or it has no address (`EAI_NONAME`, `EAI_NODATA`).
    NoSuchName,
}

impl Lookup {
    /// What the error says of it, where it is one of name resolution whose words
    /// are known.
    fn of(error: &io::Error) -> Option<Self> {
        #[cfg(windows)]
        match error.raw_os_error()? {
            // WSATRY_AGAIN; WSAHOST_NOT_FOUND and WSANO_DATA
            11002 => Some(Self::ForTheMoment),
            11001 | 11004 => Some(Self::NoSuchName),
            _ => None,
        }
        #[cfg(not(windows))]
        Self::by_words(&error.get_ref()?.to_string())
    }

    /// `std` writes `failed to lookup address information: ` and what the system's
    /// `gai_strerror` says.
    #[cfg(not(windows))]
    fn by_words(text: &str) -> Option<Self> {
        const FOR_THE_MOMENT: [&str; 3] = [
            "temporary failure in name resolution", // glibc, Apple, Android, NetBSD, OpenBSD
            "try again",                            // musl
            "name could not be resolved at this time", // FreeBSD
        ];
        const NO_SUCH_NAME: [&str; 6] = [
            "name or service not known",                    // glibc
            "no address associated with hostname",          // glibc, Android, OpenBSD
            "name does not resolve",                        // musl
            "name has no usable address",                   // musl
            "nodename nor servname provided, or not known", // Apple
            "hostname nor servname provided, or not known", // the BSDs, Android
        ];
        let reason = text.strip_prefix("failed to lookup address information: ")?;
        let is = |words: &&str| reason.eq_ignore_ascii_case(words);
        if FOR_THE_MOMENT.iter().any(is) {
            Some(Self::ForTheMoment)
        } else {
            NO_SUCH_NAME.iter().any(is).then_some(Self::NoSuchName)
        }
    }

    fn verdict(self) -> Verdict {
        match self {
            Self::ForTheMoment => Verdict::transient(),
            Self::NoSuchName => Verdict::permanent(),
        }
    }
}

/// Whether a connection was not opened since there is no such host.
#[cfg(any(feature = "hyper-util", feature = "reqwest", feature = "reqwest-0-12"))]
pub(super) fn is_no_such_name(error: &(dyn std::error::Error + 'static)) -> bool {
    chain(error)
        .filter_map(as_a::<io::Error>)
        .any(|error| Lookup::of(error) == Some(Lookup::NoSuchName))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn a_refused_connection_was_not_sent() {
        let error = io::Error::from(io::ErrorKind::ConnectionRefused);
        assert!(error.verdict().is_unexecuted());
    }

    #[test]
    fn a_refusal_that_an_unknown_client_reports_proves_nothing() {
        #[derive(Debug)]
        struct AfterTwoTries;

        impl std::fmt::Display for AfterTwoTries {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("refused, after two tries")
            }
        }

        impl std::error::Error for AfterTwoTries {}

        let refused = io::ErrorKind::ConnectionRefused;
        let told = io::Error::new(refused, AfterTwoTries);
        assert_eq!(told.verdict(), Verdict::transient());
        let text = io::Error::new(refused, "connecting to \"127.0.0.1:9\"");
        assert_eq!(text.verdict(), Verdict::not_sent());
        let wrapped = io::Error::new(refused, io::Error::from(refused));
        assert_eq!(wrapped.verdict(), Verdict::not_sent());
    }

    #[test]
    fn time_outs_are_transient_and_say_so() {
        for kind in [io::ErrorKind::TimedOut, io::ErrorKind::WouldBlock] {
            let verdict = io::Error::from(kind).verdict();
            assert_eq!(verdict, Verdict::transient().timed_out(), "{kind}");
        }
    }

    #[test]
    fn what_may_have_been_executed_is_only_transient() {
        for kind in [
            io::ErrorKind::ConnectionReset,
            io::ErrorKind::ConnectionAborted,
            io::ErrorKind::BrokenPipe,
            io::ErrorKind::UnexpectedEof,
            io::ErrorKind::Interrupted,
            io::ErrorKind::HostUnreachable,
            io::ErrorKind::NetworkUnreachable,
            io::ErrorKind::NetworkDown,
        ] {
            assert_eq!(
                io::Error::from(kind).verdict(),
                Verdict::transient(),
                "{kind}"
            );
        }
    }

    #[test]
    fn other_kinds_are_permanent_through_every_pointer() {
        let error = || io::Error::from(io::ErrorKind::PermissionDenied);
        assert!(!error().verdict().is_retryable());
        assert!(!Box::new(error()).verdict().is_retryable());
        assert!(!Arc::new(error()).verdict().is_retryable());
        assert!(!(&&error()).verdict().is_retryable());
    }

    /// As `std` makes it, whose kind has no name outside.
    #[cfg(not(windows))]
    fn lookup(reason: &str) -> io::Error {
        let unnamed = io::Error::from_raw_os_error(i32::MAX).kind();
        io::Error::new(
            unnamed,
            format!("failed to lookup address information: {reason}"),
        )
    }

    #[cfg(not(windows))]
    #[test]
    fn a_name_that_is_not_resolved_for_the_moment_is_transient() {
        for reason in [
            "Temporary failure in name resolution",
            "Try again",
            "Name could not be resolved at this time",
        ] {
            assert_eq!(lookup(reason).verdict(), Verdict::transient(), "{reason}");
        }
        for reason in [
            "Name or service not known",
            "No address associated with hostname",
            "Name does not resolve",
            "nodename nor servname provided, or not known",
            "Non-recoverable failure in name resolution",
            "Essayez plus tard",
        ] {
            assert_eq!(lookup(reason).verdict(), Verdict::permanent(), "{reason}");
        }
    }

    /// A name that RFC 6761 promises not to exist. Without a network the answer is
    /// "for the moment", which is the other one that is understood.
    #[cfg(not(windows))]
    #[test]
    fn what_this_systems_resolver_says_is_understood() {
        use std::net::ToSocketAddrs;

        let error = ("no-such-host.invalid", 80).to_socket_addrs().unwrap_err();
        assert!(Lookup::of(&error).is_some(), "{error:?}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_host_that_is_down_is_transient() {
        let error = io::Error::from_raw_os_error(112);
        assert!(error.to_string().contains("Host is down"), "{error}");
        assert_eq!(error.verdict(), Verdict::transient());
        let other = io::Error::from_raw_os_error(95);
        assert_eq!(other.verdict(), Verdict::permanent());
    }
}
