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

#[test]
fn all_that_is_said_is_compared_but_that_nobody_knows_the_error() {
    let pushed = Verdict::transient().with_pushback(WAIT);
    let all = [
        Verdict::permanent(),
        Verdict::transient(),
        Verdict::not_sent(),
        Verdict::refused(),
        Verdict::transient().against_service(false),
        Verdict::transient().overloaded(),
        Verdict::transient().timed_out(),
        Verdict::transient().with_no_retry(),
        Verdict::transient().with_spread(),
        pushed,
        Verdict::transient().with_pushback(WAIT + Duration::from_nanos(1)),
        Verdict::transient().with_pushback(WAIT + Duration::from_secs(1)),
        pushed.with_spread(),
    ];
    for (place, verdict) in all.iter().enumerate() {
        let equal: Vec<_> = (0..all.len()).filter(|at| all[*at] == *verdict).collect();
        assert_eq!(equal, [place], "{verdict}");
    }
    assert_eq!(Verdict::unknown(), Verdict::permanent());
    assert_eq!(Verdict::permanent(), Verdict::unknown());
    assert_ne!(Verdict::unknown(), Verdict::transient());
}

#[test]
fn whoever_says_more_than_nothing_knows_the_error() {
    let unknown = Verdict::unknown();
    assert!(unknown.is_unknown() && unknown.is_permanent());
    assert!(!Verdict::permanent().is_unknown());
    for known in [
        unknown.overloaded(),
        unknown.timed_out(),
        unknown.against_service(true),
    ] {
        assert!(!known.is_unknown());
    }
    assert!(unknown.against_service(false).is_unknown());
}

#[test]
fn each_kind_is_itself_alone() {
    let kinds = KINDS.map(|verdict| {
        (
            verdict.is_permanent(),
            verdict.is_not_sent(),
            verdict.is_unexecuted(),
        )
    });
    assert_eq!(
        kinds,
        [
            (true, false, false),
            (false, false, false),
            (false, true, true),
            (false, false, true),
        ]
    );
}

#[test]
fn without_its_proof_a_failure_is_transient_and_says_what_else_it_said() {
    for (verdict, unproven) in KINDS.into_iter().zip([
        Verdict::permanent(),
        Verdict::transient(),
        Verdict::transient(),
        Verdict::transient(),
    ]) {
        assert_eq!(verdict.unproven(), unproven);
        let pushed = verdict.with_pushback(WAIT).unproven();
        assert_eq!(pushed, unproven.with_pushback(WAIT));
    }
}

#[cfg(any(feature = "metrics", feature = "testing"))]
#[test]
fn each_kind_has_a_label() {
    let labels = KINDS.map(|verdict| verdict.label());
    assert_eq!(labels, ["permanent", "transient", "not_sent", "refused"]);
}

#[cfg(feature = "tonic")]
#[test]
fn what_is_not_retried_says_of_the_service_what_it_said() {
    let unretried = Verdict::not_sent().with_pushback(WAIT).unretried();
    assert_eq!(
        unretried,
        Verdict::permanent()
            .with_pushback(WAIT)
            .against_service(true)
    );
    assert!(unretried.is_permanent() && unretried.is_against_service());
}

#[test]
fn a_truth_value_is_a_verdict() {
    assert_eq!(Verdict::from(true), Verdict::transient());
    assert_eq!(Verdict::from(false), Verdict::permanent());
}
