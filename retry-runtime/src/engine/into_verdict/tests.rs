//! What is decided by, what others hear, and who is told of what nobody knows.

use super::*;
use std::any::type_name;
use std::time::Duration;

/// An error that says this of itself.
#[derive(Debug)]
struct Says(Verdict);

impl Transient for Says {
    fn verdict(&self) -> Verdict {
        self.0
    }
}

const TRANSIENT: Verdict = Verdict::transient();
const REFUSED: Verdict = Verdict::refused();
const OVERLOADED: Verdict = Verdict::transient().overloaded();

fn cut() -> Elapsed {
    Elapsed::timeout(Duration::from_secs(1))
}

/// By what it is decided, and what others hear.
fn both(judgement: Judgement) -> (Verdict, Verdict) {
    (judgement.verdict(), judgement.heard())
}

/// The type of an unknown error as a judgement keeps it: no name where nothing reports it.
fn told<E>() -> &'static str {
    let is_told = cfg!(any(feature = "tracing", feature = "metrics"));
    if is_told { type_name::<E>() } else { "" }
}

fn unknown(judgement: Judgement) -> Option<&'static str> {
    judgement.unknown.map(ErrorType::name)
}

#[test]
fn an_error_speaks_for_itself_unless_a_limit_has_cut_the_attempt() {
    let judged = by_itself(&Says(OVERLOADED), None);
    assert_eq!(both(judged), (OVERLOADED, OVERLOADED));
    assert_eq!(unknown(judged), None);
    let judged = by_itself(&Says(Verdict::permanent()), Some(cut()));
    assert_eq!(both(judged), (CUT, CUT));
    assert!(CUT.is_timed_out() && CUT.is_retryable());
    let judged = by_itself(&Says(Verdict::unknown()), None);
    assert_eq!(unknown(judged), Some(told::<Says>()));
}

#[test]
fn what_nobody_knows_is_permanent_and_told_by_its_type() {
    let judged = known(&"error", Some(REFUSED), None);
    assert_eq!((both(judged), unknown(judged)), ((REFUSED, REFUSED), None));
    let judged = known(&0_u8, None, None);
    assert!(judged.verdict().is_permanent());
    assert_eq!(unknown(judged), Some(told::<u8>()));
    let judged = known(&0_u8, None, Some(cut()));
    assert_eq!((both(judged), unknown(judged)), ((CUT, CUT), None));
}

#[test]
fn a_predicate_decides_and_the_error_is_heard() {
    let own = Own::said_by(&Says(OVERLOADED));
    assert_eq!(both(judged(REFUSED, own)), (REFUSED, OVERLOADED));
    assert_eq!(both(judged(true, own)), (TRANSIENT, OVERLOADED));
    assert_eq!(both(judged(false, own)), (Verdict::permanent(), OVERLOADED));
    // Nobody knows it: the predicate's word is all there is.
    let own = Own::said_by(&Says(Verdict::unknown()));
    assert_eq!(both(judged(true, own)), (TRANSIENT, TRANSIENT));
    assert_eq!(both(judged(REFUSED, Own::none::<u8>())), (REFUSED, REFUSED));
    let judged = judged(Verdict::unknown(), Own::none::<u8>());
    assert_eq!(unknown(judged), Some(told::<u8>()));
}

#[test]
fn a_time_out_is_heard_as_one_whatever_the_predicate_decides() {
    let own = Own::said_by(&Says(OVERLOADED));
    assert_eq!(
        both(Judgement::by_predicate(REFUSED, own, Some(cut()))),
        (REFUSED, CUT)
    );
    assert_eq!(
        both(Judgement::by_predicate(REFUSED, own, None)),
        (REFUSED, OVERLOADED)
    );
}

#[test]
fn always_keeps_what_the_error_says_of_its_retry() {
    let pushed = TRANSIENT.with_pushback(Duration::from_secs(3));
    let own = Own::said_by(&Says(pushed));
    assert_eq!(both(Judgement::always(own, None)), (pushed, pushed));
    let failed = Verdict::permanent().against_service(true);
    let own = Own::said_by(&Says(failed));
    assert_eq!(both(Judgement::always(own, None)), (TRANSIENT, failed));
    assert_eq!(both(Judgement::always(own, Some(cut()))), (TRANSIENT, CUT));
}

#[test]
fn a_response_that_speaks_against_nothing_is_a_success() {
    assert!(Judgement::of_response(Verdict::permanent()).is_none());
    for failure in [
        TRANSIENT,
        TRANSIENT.against_service(false),
        Verdict::permanent().against_service(true),
    ] {
        let judged = Judgement::of_response(failure).unwrap();
        assert_eq!(both(judged), (failure, failure));
    }
}

#[test]
fn what_must_not_run_twice_wants_a_proof() {
    for (verdict, always, unsent_only) in [
        (TRANSIENT, true, false),
        (REFUSED, true, true),
        (Verdict::not_sent(), true, true),
        (Verdict::permanent(), false, false),
        (REFUSED.with_no_retry(), false, false),
    ] {
        let judged = Judgement::of(verdict);
        assert_eq!(judged.is_retryable(), always, "{verdict}");
        assert_eq!(
            judged.unsent_only().is_retryable(),
            unsent_only,
            "{verdict}"
        );
    }
}

#[test]
fn a_predicate_is_given_the_subject_and_the_attempt() {
    assert!(ask(|text: &str| text.len() == 3, "abc"));
    let attempt = Attempt::new(2, 0, None);
    let asked = ask_with(
        |text: &str, at: Attempt| (text.len(), at.number()),
        "abc",
        attempt,
    );
    assert_eq!(asked, (3, 2));
    assert_eq!(answer(true), TRANSIENT);
    assert_eq!(answer(REFUSED), REFUSED);
}
