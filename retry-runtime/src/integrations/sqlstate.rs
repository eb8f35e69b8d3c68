//! What the five characters of an SQLSTATE say about trying again, for the clients of
//! SQL databases.

use crate::verdict::Verdict;

/// By `PostgreSQL`'s list (appendix A of its manual), whose classes are those of the
/// SQL standard. None is a proof: a transaction may have got as far as its commit.
pub(super) fn verdict(code: &str) -> Verdict {
    match code {
        // serialization_failure, deadlock_detected, lock_not_available: another transaction
        // was first, which says nothing against the server.
        "40001" | "40P01" | "55P03" => Verdict::transient().against_service(false),
        // too_many_connections, insufficient_resources, out_of_memory
        "53300" | "53000" | "53200" => Verdict::transient().overloaded(),
        // admin_shutdown, crash_shutdown, cannot_connect_now, idle_session_timeout
        "57P01" | "57P02" | "57P03" | "57P05" => Verdict::transient(),
        // protocol_violation; the server rejected the connection: it would again
        "08P01" | "08004" => Verdict::permanent(),
        _ => match code.get(..2) {
            // connection exceptions
            Some("08") => Verdict::transient(),
            // disk_full and limits of the configuration; system errors; internal errors
            Some("53" | "58" | "XX") => Verdict::permanent().against_service(true),
            _ => Verdict::permanent(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_their_verdicts() {
        let conflict = Verdict::transient().against_service(false);
        let overloaded = Verdict::transient().overloaded();
        let fault = Verdict::permanent().against_service(true);
        for (code, expected) in [
            ("40001", conflict),
            ("40P01", conflict),
            ("55P03", conflict),
            ("40002", Verdict::permanent()), // a constraint, found at the commit
            ("40003", Verdict::permanent()), // whether it was executed is unknown
            ("53300", overloaded),
            ("53100", fault), // disk full
            ("57P01", Verdict::transient()),
            ("57P02", Verdict::transient()),
            ("57P03", Verdict::transient()),
            ("57P04", Verdict::permanent()), // the database was dropped
            ("57P05", Verdict::transient()),
            ("57014", Verdict::permanent()), // somebody cancelled it
            ("08006", Verdict::transient()),
            ("08P01", Verdict::permanent()),
            ("58030", fault),
            ("XX000", fault),
            ("23505", Verdict::permanent()),
            ("42P01", Verdict::permanent()),
            ("", Verdict::permanent()),
            ("é", Verdict::permanent()),
        ] {
            assert_eq!(verdict(code), expected, "{code}");
        }
    }
}
