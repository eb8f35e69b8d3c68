//! `redis::RedisError`, of redis 1.

use crate::transient::Transient;
use crate::verdict::Verdict;
use ::redis::{ErrorKind, RedisError, RetryMethod};

/// By the crate's own `RedisError::retry_method`, which knows what each answer of the
/// server means:
///
/// | error | verdict |
/// | --- | --- |
/// | `LOADING`, `TRYAGAIN`, `CLUSTERDOWN`, `MASTERDOWN` | transient |
/// | `READONLY`: a write met a replica, as after a failover | transient |
/// | the connection was refused, was lost, or could not be used | transient |
/// | a read or a connection took too long | transient, timed out |
/// | sentinel: no master of this name, no replica, for the moment; cluster: no connection to the node | transient |
/// | `MOVED`, `ASK` | permanent: another node is to be asked, which the cluster client does |
/// | `ERR`, `WRONGTYPE`, `NOSCRIPT`, `EXECABORT`, `CROSSSLOT`, `NOPERM` and all other answers | permanent |
/// | authentication failed; an answer that cannot be understood | permanent |
///
/// **Nothing is a proof**: the cluster client, which has tried by itself, returns the
/// same type, and a script may meet `READONLY` half-way. So no error is "not sent".
///
/// **The connection** that has failed may be of no use to the next attempt. A
/// `ConnectionManager` and the cluster client mend theirs; for one of your own, get
/// another in the body or in `before_retry`, after a time-out too: the answer that came
/// too late would be read by the next command.
///
/// ```
/// use redis::RedisResult;
/// use retry_runtime::{Transient, Verdict};
///
/// # fn main() -> RedisResult<()> {
/// let answer = redis::parse_redis_value(b"-LOADING Redis is loading the dataset\r\n")?;
/// let error = answer.extract_error().unwrap_err();
/// assert_eq!(error.verdict(), Verdict::transient());
/// # Ok(()) }
/// ```
#[diagnostic::do_not_recommend]
impl Transient for RedisError {
    fn verdict(&self) -> Verdict {
        let verdict = match self.retry_method() {
            RetryMethod::RetryImmediately
            | RetryMethod::WaitAndRetry
            | RetryMethod::RefreshSlotsAndRetry
            | RetryMethod::ReconnectFromInitialConnections => Verdict::transient(),
            // The crate reconnects after a wrong password and a broken protocol, too.
            RetryMethod::Reconnect if self.kind() == ErrorKind::Io => Verdict::transient(),
            _ => Verdict::permanent(),
        };
        if self.is_timeout() {
            verdict.timed_out()
        } else {
            verdict
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;
    use std::net::TcpListener;

    fn answered(line: &str) -> RedisError {
        let answer = ::redis::parse_redis_value(format!("-{line}\r\n").as_bytes());
        answer.unwrap().extract_error().unwrap_err()
    }

    #[test]
    fn answers_are_judged_by_their_code() {
        for line in [
            "LOADING Redis is loading the dataset in memory",
            "TRYAGAIN Multiple keys request during rehashing of slot",
            "CLUSTERDOWN The cluster is down",
            "MASTERDOWN Link with MASTER is down",
            "READONLY You can't write against a read only replica.",
        ] {
            assert_eq!(answered(line).verdict(), Verdict::transient(), "{line}");
        }
        for line in [
            "ERR unknown command 'GTE'",
            "WRONGTYPE Operation against a key holding the wrong kind of value",
            "NOSCRIPT No matching script. Please use EVAL.",
            "EXECABORT Transaction discarded because of previous errors.",
            "CROSSSLOT Keys in request don't hash to the same slot",
            "NOPERM this user has no permissions to run the 'get' command",
            "MOVED 3999 127.0.0.1:6381",
            "ASK 3999 127.0.0.1:6381",
        ] {
            assert_eq!(answered(line).verdict(), Verdict::permanent(), "{line}");
        }
    }

    #[test]
    fn a_server_that_cannot_be_reached_is_transient() {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let client = ::redis::Client::open(format!("redis://{address}")).unwrap();
        let error = client.get_connection().err().unwrap();
        assert_eq!(error.verdict(), Verdict::transient());
    }

    #[test]
    fn the_systems_errors_are_no_proof_and_time_outs_say_so() {
        let verdict = |kind: io::ErrorKind| RedisError::from(io::Error::from(kind)).verdict();
        for kind in [
            io::ErrorKind::ConnectionRefused,
            io::ErrorKind::ConnectionReset,
            io::ErrorKind::BrokenPipe,
            io::ErrorKind::UnexpectedEof,
        ] {
            assert_eq!(verdict(kind), Verdict::transient(), "{kind}");
        }
        for kind in [io::ErrorKind::TimedOut, io::ErrorKind::WouldBlock] {
            assert_eq!(verdict(kind), Verdict::transient().timed_out(), "{kind}");
        }
        assert_eq!(
            verdict(io::ErrorKind::PermissionDenied),
            Verdict::permanent()
        );
    }

    #[test]
    fn kinds_of_the_client_itself() {
        let verdict = |kind| RedisError::from((kind, "")).verdict();
        assert_eq!(
            verdict(ErrorKind::ClusterConnectionNotFound),
            Verdict::transient()
        );
        assert_eq!(
            verdict(ErrorKind::MasterNameNotFoundBySentinel),
            Verdict::transient()
        );
        // The driver of a shared connection has ended.
        assert_eq!(verdict(ErrorKind::Io), Verdict::transient());
        assert_eq!(
            verdict(ErrorKind::AuthenticationFailed),
            Verdict::permanent()
        );
        assert_eq!(verdict(ErrorKind::Parse), Verdict::permanent());
        assert_eq!(
            verdict(ErrorKind::InvalidClientConfig),
            Verdict::permanent()
        );
    }
}
