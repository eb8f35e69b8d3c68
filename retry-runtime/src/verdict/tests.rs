use super::*;

const WAIT: Duration = Duration::new(2, 500_000_000);

const KINDS: [Verdict; 4] = [
    Verdict::permanent(),
    Verdict::transient(),
    Verdict::not_sent(),
    Verdict::refused(),
];

#[test]
fn it_is_as_large_as_a_duration_and_has_room_for_an_option() {
    assert_eq!(size_of::<Verdict>(), size_of::<Duration>());
    assert_eq!(size_of::<Option<Verdict>>(), size_of::<Verdict>());
}

#[test]
fn what_is_worth_another_attempt_speaks_against_the_service() {
    for verdict in KINDS {
        assert_eq!(verdict.is_against_service(), verdict.is_retryable());
        assert!(verdict.against_service(true).is_against_service());
        let not = verdict.against_service(false);
        assert!(!not.is_against_service());
        assert_eq!(not.is_retryable(), verdict.is_retryable());
        assert_eq!(not.is_unexecuted(), verdict.is_unexecuted());
    }
}

#[test]
fn a_push_back_tells_of_an_overload_and_proves_nothing() {
    for verdict in KINDS {
        for pushed in [verdict.with_pushback(WAIT), verdict.with_no_retry()] {
            assert!(pushed.is_overloaded() && pushed.is_against_service());
            assert_eq!(pushed.is_unexecuted(), verdict.is_unexecuted());
            assert!(!pushed.against_service(false).is_against_service());
        }
        let waits = verdict.with_pushback(WAIT);
        assert_eq!(waits.pushback(), Some(WAIT));
        assert_eq!(waits.is_retryable(), verdict.is_retryable());
        let overloaded = verdict.overloaded();
        assert!(overloaded.is_overloaded() && overloaded.is_against_service());
        assert_eq!(overloaded.pushback(), None);
        assert_eq!(overloaded.is_unexecuted(), verdict.is_unexecuted());
    }
}

#[test]
fn nothing_takes_back_that_retries_are_refused() {
    let refused = Verdict::not_sent().with_no_retry();
    assert!(refused.is_retry_refused() && !refused.is_retryable());
    assert_eq!(refused.with_pushback(WAIT), refused);
    assert_eq!(
        Verdict::not_sent().with_pushback(WAIT).with_no_retry(),
        refused
    );
}

#[test]
fn the_longest_wait_is_kept() {
    let verdict = Verdict::transient().with_pushback(Duration::MAX);
    assert_eq!(verdict.pushback(), Some(Duration::MAX));
    let again = verdict.with_pushback(Duration::ZERO);
    assert_eq!(again.pushback(), Some(Duration::ZERO));
}

#[test]
fn what_goes_without_saying_is_not_shown() {
    let shown = |verdict: Verdict| verdict.to_string();
    assert_eq!(
        KINDS.map(shown),
        ["permanent", "transient", "not sent", "refused"]
    );
    for (verdict, text) in [
        (
            Verdict::refused().with_pushback(WAIT),
            "refused, after 2.5s",
        ),
        (
            Verdict::transient().with_pushback(WAIT).with_spread(),
            "transient, after 2.5s or up to a quarter more",
        ),
        (
            Verdict::transient().with_no_retry(),
            "transient, do not retry",
        ),
        (Verdict::transient().overloaded(), "transient, overloaded"),
        (Verdict::permanent().overloaded(), "permanent, overloaded"),
        (
            Verdict::permanent().against_service(true),
            "permanent, against the service",
        ),
        (
            Verdict::transient()
                .with_pushback(WAIT)
                .against_service(false),
            "transient, after 2.5s, not against the service",
        ),
        (Verdict::transient().with_spread(), "transient"),
    ] {
        assert_eq!(shown(verdict), text);
        assert_eq!(format!("{verdict:?}"), format!("Verdict({text})"));
    }
}

#[test]
fn a_time_out_changes_nothing_else() {
    for verdict in KINDS {
        let timed_out = verdict.timed_out();
        assert!(timed_out.is_timed_out() && !verdict.is_timed_out());
        assert_eq!(timed_out.is_retryable(), verdict.is_retryable());
        assert_eq!(timed_out.is_unexecuted(), verdict.is_unexecuted());
        assert_eq!(timed_out.is_against_service(), verdict.is_against_service());
        assert!(!timed_out.is_overloaded());
        assert_eq!(timed_out.pushback(), None);
    }
    let timed_out = Verdict::transient().timed_out();
    assert_eq!(timed_out.to_string(), "transient, timed out");
    assert_eq!(timed_out.overloaded().to_string(), "transient, overloaded");
}
