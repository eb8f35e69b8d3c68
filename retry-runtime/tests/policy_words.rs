//! Policies as text: the attribute's own words, and configuration files.

use proptest::prelude::*;
use retry_runtime::{Backoff, InvalidPolicy, Jitter, Policy};
use std::time::Duration;

fn error(text: &str) -> String {
    let error: InvalidPolicy = text.parse::<Policy>().unwrap_err();
    error.to_string()
}

fn every_key() -> Policy {
    Policy::DEFAULT
        .with_max(7)
        .with_backoff(Backoff::fixed(Duration::from_millis(50)).unwrap())
        .with_jitter(Jitter::FULL)
        .with_timeout(Duration::from_secs(2))
        .with_deadline(Duration::from_secs(10))
        .with_retry_for(Duration::from_secs(8))
        .with_longest_pushback(Duration::from_secs(60))
}

const EVERY_KEY: &str = "max = 7, backoff = fixed(50ms), jitter = full, timeout = 2s, \
                         deadline = 10s, retry_for = 8s, longest_pushback = 1m";

#[test]
fn every_key_is_read_and_printed() {
    assert_eq!(EVERY_KEY.parse(), Ok(every_key()));
    assert_eq!(every_key().to_string(), EVERY_KEY);
}

#[test]
fn each_setting_can_be_asked_for() {
    let policy = every_key();
    let secs = Duration::from_secs;
    let fixed = Backoff::fixed(Duration::from_millis(50)).unwrap();
    assert_eq!(policy.max(), 7);
    assert_eq!((policy.backoff(), policy.jitter()), (fixed, Jitter::FULL));
    assert_eq!(policy.timeout(), Some(secs(2)));
    assert_eq!(policy.deadline(), Some(secs(10)));
    assert_eq!(policy.retry_for(), Some(secs(8)));
    assert_eq!(policy.longest_pushback(), secs(60));

    let plain = Policy::DEFAULT;
    assert_eq!((plain.max(), plain.jitter()), (3, Jitter::EQUAL));
    let limits = [plain.timeout(), plain.deadline(), plain.retry_for()];
    assert_eq!(limits, [None; 3]);
}

#[test]
fn a_backoff_that_is_random_has_no_jitter_but_one_that_is_written() {
    let ms = Duration::from_millis;
    for backoff in [
        Backoff::random(ms(10), ms(20)).unwrap(),
        Backoff::decorrelated(ms(10), ms(20)).unwrap(),
    ] {
        let policy = Policy::DEFAULT.with_backoff(backoff);
        assert_eq!(policy.jitter(), Jitter::NONE, "{policy}");
        assert_eq!(policy.with_jitter(Jitter::FULL).jitter(), Jitter::FULL);
    }
}

#[test]
fn keys_may_come_in_any_order_or_not_at_all() {
    for (text, policy) in [
        ("", Policy::DEFAULT),
        (" \n", Policy::DEFAULT),
        ("max=1", Policy::DEFAULT.with_max(1)),
        ("max = 1_000,", Policy::DEFAULT.with_max(1000)),
        ("max = 0", Policy::DEFAULT.with_max(0)),
        ("max = unlimited", Policy::DEFAULT.with_max(u32::MAX)),
        (
            "retry_for = 10s",
            Policy::DEFAULT.with_retry_for(Duration::from_secs(10)),
        ),
        (
            "retry_for = 10s, max = 5",
            Policy::DEFAULT
                .with_max(5)
                .with_retry_for(Duration::from_secs(10)),
        ),
        (
            "jitter = none , max = 4",
            Policy::DEFAULT.with_max(4).with_jitter(Jitter::NONE),
        ),
        (
            "jitter = \"equal\"",
            Policy::DEFAULT.with_jitter(Jitter::EQUAL),
        ),
        (
            "timeout = \" 2s \"",
            Policy::DEFAULT.with_timeout(Duration::from_secs(2)),
        ),
        ("backoff = \"exp(100ms, 1.5, 1s)\"", Policy::DEFAULT),
        ("backoff = exp(100ms, 1.5, 1s,),\n", Policy::DEFAULT),
        (
            "longest_pushback = 0s",
            Policy::DEFAULT.with_longest_pushback(Duration::ZERO),
        ),
    ] {
        assert_eq!(text.parse(), Ok(policy), "{text}");
    }
}

#[test]
fn the_default_jitter_and_a_written_one_are_told_apart() {
    let written = Policy::DEFAULT.with_jitter(Jitter::EQUAL);
    assert_eq!(
        written.to_string(),
        "max = 3, backoff = exp(100ms, 1.5, 1s), jitter = equal"
    );
    assert_eq!(written.to_string().parse(), Ok(written));
    assert_ne!(written, Policy::DEFAULT);
}

#[test]
fn max_is_printed_where_it_bounds_the_retries() {
    let long = Policy::DEFAULT.with_retry_for(Duration::from_secs(10));
    for (policy, text) in [
        (
            Policy::DEFAULT.with_max(u32::MAX),
            "max = unlimited, backoff = exp(100ms, 1.5, 1s)",
        ),
        (long, "backoff = exp(100ms, 1.5, 1s), retry_for = 10s"),
        (
            long.with_max(5),
            "max = 5, backoff = exp(100ms, 1.5, 1s), retry_for = 10s",
        ),
    ] {
        assert_eq!(policy.to_string(), text);
        assert_eq!(text.parse(), Ok(policy));
    }
}

#[test]
fn every_fault_names_its_mend() {
    let keys = "write one of max, backoff, jitter, timeout, deadline, retry_for, longest_pushback";
    for (text, told) in [
        ("retries = 3", keys),
        ("max = 3, , jitter = none", keys),
        (",", keys),
        ("= 3", keys),
        ("3", keys),
        ("Max = 3", keys),
        ("max = 3, max = 3", "the key `max` is given twice"),
        ("max", "the key `max` has no value"),
        ("max = , jitter = none", "the key `max` has no value"),
        ("timeout = \"\"", "the key `timeout` has no value"),
        ("max = -1", "`-1` is not a number of retries"),
        ("max = +1", "`+1` is not a number of retries"),
        ("max = 4294967296", "whole number up to 4294967295"),
        ("max = \"3\"", "`\"3\"` is not a number of retries"),
        ("max = 3 retries", "`3 retries` is not a number of retries"),
        ("backoff = exp(100ms", "closing `)`"),
        ("backoff = exp(100ms, max = 3", "closing `)`"),
        (
            "backoff = \"exp(100ms\", max = 3",
            "`exp(100ms` does not end at its closing `)`",
        ),
        ("backoff = exp(100ms, 0.5, 1s)", "the factor 0.5 is below 1"),
        (
            "jitter = 20%",
            "write `none`, `equal`, `full`, or a fraction",
        ),
        ("timeout = 5", "`5` has no unit: write `5ms` or `5s`"),
        ("timeout = 5s = 6s", "`5s = 6s` is not a duration"),
        ("timeout = \"5s", "write a duration such as"),
        ("timeout = 0s", "a timeout of zero"),
        (
            "timeout = 5s, deadline = 1s",
            "write a timeout of at most 1s",
        ),
        ("retry_for = 0s", "a `retry_for` of zero"),
        (
            "retry_for = 2s, deadline = 2s",
            "write a `retry_for` below the deadline",
        ),
        ("retry_for = 40ms", "write a `retry_for` of at least 50ms"),
        ("max = \"unlimited\"", "is not a number of retries"),
        ("deadline = 40ms", "write a deadline above 50ms"),
    ] {
        let message = error(text);
        assert!(message.contains(told), "{text}: {message}");
    }
}

fn durations() -> impl Strategy<Value = Duration> {
    prop_oneof![
        (any::<u64>(), 0..1_000_000_000_u32).prop_map(|(s, ns)| Duration::new(s, ns)),
        any::<u64>().prop_map(Duration::from_nanos),
        (0..100_000_u64).prop_map(Duration::from_millis),
    ]
}

fn backoffs() -> impl Strategy<Value = Backoff> {
    let parts = (durations(), durations(), 1.0..10.0, 0..7);
    parts.prop_filter_map("refused", |(one, two, factor, kind)| {
        let (low, high) = (one.min(two), one.max(two));
        let backoff = match kind {
            0 => Ok(Backoff::none()),
            1 => Backoff::fixed(low),
            2 => Backoff::linear(low, low, high),
            3 => Backoff::exp(low, factor, high),
            4 => Backoff::fib(low, high),
            5 => Backoff::random(low, high),
            _ => Backoff::decorrelated(low, high),
        };
        backoff.ok()
    })
}

prop_compose! {
    fn policies()(
        max in any::<u32>(),
        backoff in prop_oneof![Just(Backoff::DEFAULT), backoffs()],
        jitter in proptest::option::of(0.0..=1.0),
        timeout in proptest::option::of(durations()),
        deadline in proptest::option::of(durations()),
        retry_for in proptest::option::of(durations()),
        pushback in prop_oneof![Just(Duration::from_secs(30)), durations()],
    ) -> Policy {
        let mut policy = Policy::DEFAULT.with_max(max).with_backoff(backoff).with_longest_pushback(pushback);
        if let Some(jitter) = jitter.and_then(|jitter| Jitter::fraction(jitter).ok()) {
            policy = policy.with_jitter(jitter);
        }
        if let Some(timeout) = timeout {
            policy = policy.with_timeout(timeout);
        }
        if let Some(deadline) = deadline {
            policy = policy.with_deadline(deadline);
        }
        if let Some(retry_for) = retry_for {
            policy = policy.with_retry_for(retry_for);
        }
        policy
    }
}

proptest! {
    // A failing case belongs into a test by name, not into a file of seeds.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_passes_the_check_round_trips(policy in policies()) {
        let text = policy.to_string();
        prop_assert_eq!(text.parse::<Policy>(), policy.check(), "{}", text);
    }

    #[test]
    fn any_text_is_read_or_refused_with_a_mend(
        text in "\\PC*|((max|backoff|jitter|timeout|deadline|retry_for|x)[ =]{0,3}[0-9msx,.()\"-]{0,9},?){0,4}",
    ) {
        if let Err(error) = text.parse::<Policy>() {
            let told = error.to_string();
            prop_assert!(["write ", "keep one", "round it"].iter().any(|mend| told.contains(mend)), "{}", told);
        }
    }
}

#[cfg(feature = "serde")]
mod in_files {
    use super::*;
    use serde::Deserialize;
    use serde::de::value::{Error as ValueError, MapDeserializer};
    use serde::de::{self, IntoDeserializer};
    use serde_json::{Value, from_value, json, to_value};

    fn refused(value: Value) -> String {
        from_value::<Policy>(value).unwrap_err().to_string()
    }

    #[test]
    fn a_map_of_the_keys_is_written() {
        let expected = json!({
            "max": 7, "backoff": "fixed(50ms)", "jitter": "full", "timeout": "2s",
            "deadline": "10s", "retry_for": "8s", "longest_pushback": "1m",
        });
        assert_eq!(to_value(every_key()).unwrap(), expected);
        let expected = json!({ "max": 3, "backoff": "exp(100ms, 1.5, 1s)" });
        assert_eq!(to_value(Policy::DEFAULT).unwrap(), expected);
    }

    #[test]
    fn a_map_or_one_string_is_read() {
        let fifth = Policy::DEFAULT.with_jitter(Jitter::fraction(0.2).unwrap());
        for (value, policy) in [
            (json!({}), Policy::DEFAULT),
            (json!({ "max": 0 }), Policy::DEFAULT.with_max(0)),
            (json!({ "max": "4" }), Policy::DEFAULT.with_max(4)),
            (json!({ "jitter": 0.2 }), fifth),
            (
                json!({ "jitter": 1 }),
                Policy::DEFAULT.with_jitter(Jitter::FULL),
            ),
            (json!({ "jitter": "0.2", "timeout": null }), fifth),
            // As numbers are where any crate has turned on `arbitrary_precision`.
            (
                json!({ "jitter": { "$serde_json::private::Number": "0.2" } }),
                fifth,
            ),
            (json!(EVERY_KEY), every_key()),
            (json!(""), Policy::DEFAULT),
        ] {
            assert_eq!(
                from_value::<Policy>(value.clone()).unwrap(),
                policy,
                "{value}"
            );
        }
    }

    #[test]
    fn a_jitter_alone_is_a_number_of_any_precision_too() {
        let fifth = Jitter::fraction(0.2).unwrap();
        for value in [
            json!(0.2),
            json!("0.2"),
            json!({ "$serde_json::private::Number": "0.2" }),
        ] {
            assert_eq!(from_value::<Jitter>(value).unwrap(), fifth);
        }
        let error = from_value::<Jitter>(json!({ "fraction": 0.2 })).unwrap_err();
        assert!(error.to_string().contains("invalid type: map"), "{error}");
    }

    #[test]
    fn every_fault_names_its_mend() {
        for (value, told) in [
            (
                json!({ "retries": 3 }),
                "`retries` is not a key of a policy: write one of max",
            ),
            (json!({ "max": -1 }), "`-1` is not a number of retries"),
            (json!({ "max": 3.0 }), "`3.0` is not a number of retries"),
            (
                json!({ "max": [3] }),
                "expected a number of retries, such as 3",
            ),
            (json!({ "timeout": 5 }), "write `5ms` or `5s`"),
            (
                json!({ "timeout": true }),
                "expected a duration, such as \"2s\"",
            ),
            (json!({ "timeout": "" }), "the key `timeout` has no value"),
            (json!({ "jitter": 2 }), "the jitter 2 is not a fraction"),
            (
                json!({ "jitter": { "fraction": "0.2" } }),
                "invalid type: map, expected \"none\", \"equal\"",
            ),
            (
                json!({ "backoff": "exp(1s)" }),
                "write `exp(first, factor, cap)`",
            ),
            (
                json!({ "timeout": "5s", "deadline": "1s" }),
                "write a timeout of at most 1s",
            ),
            (json!("max = x"), "`x` is not a number of retries"),
            (json!(3), "expected a policy: a map such as"),
        ] {
            let message = refused(value.clone());
            assert!(message.contains(told), "{value}: {message}");
        }
        let twice = serde_json::from_str::<Policy>(r#"{ "max": 1, "max": 2 }"#);
        assert!(
            twice
                .unwrap_err()
                .to_string()
                .contains("`max` is given twice")
        );
    }

    /// TOML and the environment: signed integers, keys and values owned.
    #[test]
    fn other_formats_serve_as_well() {
        let signed = [(String::from("max"), 5_i64), (String::from("jitter"), 0)];
        let map = MapDeserializer::<_, ValueError>::new(signed.into_iter());
        let policy = Policy::deserialize(map).unwrap();
        assert_eq!(
            policy,
            Policy::DEFAULT.with_max(5).with_jitter(Jitter::NONE)
        );
        let words: serde::de::value::StringDeserializer<ValueError> =
            String::from("max = 2").into_deserializer();
        assert_eq!(
            Policy::deserialize(words).unwrap(),
            Policy::DEFAULT.with_max(2)
        );
    }

    /// A value as formats hand it on that have an `Option` of their own.
    struct Maybe(Option<i64>);

    impl<'de> de::Deserializer<'de> for Maybe {
        type Error = ValueError;

        fn deserialize_any<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
            match self.0 {
                Some(number) => visitor.visit_some(number.into_deserializer()),
                None => visitor.visit_none(),
            }
        }

        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
            option unit unit_struct newtype_struct seq tuple tuple_struct map struct enum
            identifier ignored_any
        }
    }

    impl IntoDeserializer<'_, ValueError> for Maybe {
        type Deserializer = Self;

        fn into_deserializer(self) -> Self {
            self
        }
    }

    #[test]
    fn a_value_that_may_be_missing_is_one_or_none() {
        let read = |pairs: Vec<(&'static str, Maybe)>| {
            let map = MapDeserializer::<_, ValueError>::new(pairs.into_iter());
            Policy::deserialize(map)
        };
        let five = read(vec![("max", Maybe(Some(5)))]);
        assert_eq!(five, Ok(Policy::DEFAULT.with_max(5)));
        assert_eq!(read(vec![("max", Maybe(None))]), Ok(Policy::DEFAULT));
        // What is left out has not been given.
        let then = read(vec![("max", Maybe(None)), ("max", Maybe(Some(2)))]);
        assert_eq!(then, Ok(Policy::DEFAULT.with_max(2)));
    }

    #[test]
    fn a_key_that_is_null_is_left_out_and_no_other() {
        let read = |json: &str| serde_json::from_str::<Policy>(json).map_err(|e| e.to_string());
        let two = read(r#"{ "max": null, "max": 2 }"#);
        assert_eq!(two, Ok(Policy::DEFAULT.with_max(2)));
        let twice = read(r#"{ "jitter": 1, "max": null, "jitter": 0 }"#);
        assert!(twice.unwrap_err().contains("`jitter` is given twice"));
    }

    #[test]
    fn a_key_is_a_word() {
        let map = MapDeserializer::<_, ValueError>::new([(1_u32, 2_u32)].into_iter());
        let error = Policy::deserialize(map).unwrap_err().to_string();
        assert!(error.contains("expected a key of a policy"), "{error}");
    }

    #[test]
    fn without_a_limit_the_retries_are_a_word() {
        let written = |max| to_value(Policy::DEFAULT.with_max(max)).unwrap()["max"].take();
        assert_eq!(written(u32::MAX), json!("unlimited"));
        assert_eq!(written(u32::MAX - 1), json!(u32::MAX - 1));
    }

    #[test]
    fn backoffs_and_jitters_stand_alone() {
        let pair = (Backoff::DEFAULT, Jitter::EQUAL);
        let value = to_value(pair).unwrap();
        assert_eq!(value, json!(["exp(100ms, 1.5, 1s)", "equal"]));
        assert_eq!(from_value::<(Backoff, Jitter)>(value).unwrap(), pair);
        assert_eq!(from_value::<Jitter>(json!(0.5)).unwrap(), Jitter::EQUAL);
        assert_eq!(from_value::<Jitter>(json!(0)).unwrap(), Jitter::NONE);
        assert!(from_value::<Jitter>(json!(-1)).is_err());
        let wrong = from_value::<Backoff>(json!(3)).unwrap_err().to_string();
        assert!(wrong.contains("expected a backoff, such as"), "{wrong}");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_passes_the_check_round_trips(policy in policies()) {
            prop_assume!(policy.check().is_ok());
            let text = serde_json::to_string(&policy)?;
            prop_assert_eq!(serde_json::from_str::<Policy>(&text)?, policy, "{}", text);
        }
    }
}

#[test]
fn none_says_that_there_is_no_limit() {
    let words = "max = 5, timeout = none, deadline = \"none\", retry_for = none";
    assert_eq!(words.parse(), "max = 5".parse::<Policy>());
}
