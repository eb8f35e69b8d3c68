//! The messages for a whole policy, a budget and a hedge.

use retry_words::InvalidPolicy;
use std::time::Duration;

#[test]
fn each_names_its_mend() {
    const UNKNOWN: InvalidPolicy = InvalidPolicy::unknown_key("retries");
    let seconds = Duration::from_secs;
    for (error, told) in [
        (
            UNKNOWN,
            "`retries` is not a key of a policy: write one of max, backoff, jitter, timeout, \
             deadline, retry_for, longest_pushback",
        ),
        (
            InvalidPolicy::duplicate_key("max"),
            "the key `max` is given twice: keep one of the two",
        ),
        (
            InvalidPolicy::key_without_value("max"),
            "the key `max` has no value: write `max = ` and its value, as in `max = 3`",
        ),
        (
            InvalidPolicy::bad_max("three"),
            "`three` is not a number of retries: write a whole number up to 4294967295, \
             such as `3`, or `unlimited`",
        ),
        (
            InvalidPolicy::zero_timeout(),
            "a timeout of zero lets no attempt finish: write a longer one, or leave `timeout` out",
        ),
        (
            InvalidPolicy::zero_deadline(),
            "a deadline of zero lets no call finish: write a longer one, or leave `deadline` out",
        ),
        (
            InvalidPolicy::timeout_above_deadline(seconds(5), seconds(3)),
            "the timeout of each attempt, 5s, is above the deadline of the whole call, 3s: \
             write a timeout of at most 3s",
        ),
        (
            InvalidPolicy::zero_retry_for(),
            "a `retry_for` of zero leaves no time for any retry: write a longer one, or leave \
             `retry_for` out",
        ),
        (
            InvalidPolicy::retry_for_not_below_deadline(seconds(5), seconds(3)),
            "no retry starts after the deadline of 3s anyway, and `retry_for` says 5s: write a \
             `retry_for` below the deadline, or leave it out",
        ),
        (
            InvalidPolicy::retry_for_before_retry(seconds(1), seconds(2)),
            "the first retry waits at least 2s, and none starts after the `retry_for` of 1s: \
             write a `retry_for` of at least 2s, or a shorter backoff",
        ),
        (
            InvalidPolicy::deadline_before_retry(seconds(1), seconds(2)),
            "the deadline 1s ends before the first retry, which waits at least 2s: \
             write a deadline above 2s, or a shorter backoff",
        ),
        (
            InvalidPolicy::budget_percent(120),
            "a budget of 120% is out of range: write 1% to 100%, such as `20%`, or `none` to do \
             without",
        ),
        (
            InvalidPolicy::zero_budget_window(),
            "a budget's window of zero remembers no success: write a longer one, such as `10s`",
        ),
        (
            InvalidPolicy::budget_share("half"),
            "`half` is not a share of the successes: write a whole one from `1%` to `100%`, as in \
             `15%, reserve 10`",
        ),
        (
            InvalidPolicy::budget_word("reserves 10"),
            "`reserves 10` is not a part of a budget: write what differs of `15%`, `reserve 10`, \
             `per_second 0`, `window 10s`, each once",
        ),
        (
            InvalidPolicy::budget_count("reserve", "ten"),
            "`reserve ten` is not a number of tokens: write a whole one, such as `reserve 10`",
        ),
        (
            InvalidPolicy::hedge_percentile(100),
            "the percentile 100 is out of range for hedging: write 50 to 99, such as 95",
        ),
        (
            InvalidPolicy::hedge_extra_load(0),
            "an extra load of 0% is out of range: write 1 to 100, such as 10, or leave `hedge` \
             out",
        ),
    ] {
        assert_eq!(error.to_string(), told);
        assert_eq!(error.argument(), None);
    }
}
