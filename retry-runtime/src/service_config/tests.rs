use super::*;
use crate::verdict::Verdict;
use retry_words::{Backoff, Jitter};
use std::error::Error;
use std::time::Duration;

const RETRY: &str = r#"{
    "maxAttempts": 4,
    "initialBackoff": "0.1s",
    "maxBackoff": "1s",
    "backoffMultiplier": 1.5,
    "retryableStatusCodes": ["UNAVAILABLE", "aborted", 8]
}"#;

fn parse(json: &str) -> Result<ServiceConfig, InvalidServiceConfig> {
    json.parse()
}

/// A config with one method config, for all methods, with these fields.
fn for_all(fields: &str) -> Result<MethodConfig, InvalidServiceConfig> {
    let json = format!(r#"{{ "methodConfig": [{{ "name": [{{}}], {fields} }}] }}"#);
    Ok(*parse(&json)?.method("any", "thing").unwrap())
}

/// The retry policy above with one piece of its text replaced.
fn with(old: &str, new: &str) -> Result<MethodConfig, InvalidServiceConfig> {
    assert!(RETRY.contains(old), "{old}");
    for_all(&format!(
        r#""retryPolicy": {}"#,
        RETRY.replacen(old, new, 1)
    ))
}

fn message(result: Result<MethodConfig, InvalidServiceConfig>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn a_long_value_is_shown_by_its_beginning() {
    let long = format!("\"{}\"", "ä".repeat(10_000));
    let told = message(with("4", &long));
    assert!(told.contains(&format!("`{}…`", "ä".repeat(60))), "{told}");
}

/// As `serde_json` has them where any crate has turned on `arbitrary_precision`.
#[test]
fn numbers_of_any_precision_are_numbers() {
    let precise = r#"{ "$serde_json::private::Number": "1.5" }"#;
    let config = with("1.5", precise).unwrap();
    assert_eq!(config.policy(), with("1.5", "1.50").unwrap().policy());
    let precise = r#"{ "$serde_json::private::Number": "x" }"#;
    assert!(with("1.5", precise).is_err());
}

#[test]
fn a_retry_policy_becomes_a_policy() {
    let config = for_all(&format!(r#""retryPolicy": {RETRY}, "timeout": "5s""#)).unwrap();
    let ms = Duration::from_millis;
    let expected = Policy::DEFAULT
        .with_max(3)
        .with_backoff(Backoff::exp(ms(100), 1.5, ms(1000)).unwrap())
        .with_jitter(Jitter::fraction(0.2).unwrap())
        .with_deadline(ms(5000));
    assert_eq!(*config.policy(), expected);
    let retried: Vec<_> = (-1..=20).filter(|code| config.is_retried(*code)).collect();
    assert_eq!(retried, [8, 10, 14]);
    assert_eq!(config.hedge(), None);
}

#[test]
fn a_code_may_stand_twice() {
    let config = with("8", "14").unwrap();
    let retried: Vec<_> = (0..=16).filter(|code| config.is_retried(*code)).collect();
    assert_eq!(retried, [10, 14]);
}

#[test]
fn a_delay_may_stay_as_it_is() {
    let config = with("1.5", "1").unwrap();
    assert!(config.policy().to_string().contains("exp(100ms, 1, 1s)"));
}

#[cfg(feature = "tokio")]
#[test]
fn all_methods_can_be_listed() {
    let config = parse(
        r#"{ "methodConfig": [
            { "name": [{ "service": "a.A" }, { "service": "a.A", "method": "Get" }], "timeout": "2s" },
            { "name": [{}], "timeout": "1s" }
        ] }"#,
    )
    .unwrap();
    let mut methods: Vec<_> = config
        .methods()
        .map(|(name, config)| (name, config.policy().deadline.unwrap().as_secs()))
        .collect();
    methods.sort_unstable();
    assert_eq!(methods, [("/", 1), ("a.A/", 2), ("a.A/Get", 2)]);
}

#[test]
fn attempts_are_not_capped_at_five() {
    let config = with("4", "9").unwrap();
    assert!(config.policy().to_string().starts_with("max = 8"));
}

#[test]
fn numbers_may_be_texts() {
    assert_eq!(with("4", "\"4\""), with("4", "4"));
    assert_eq!(with("1.5", "\"1.5\""), with("1.5", "1.5"));
}

#[test]
fn a_first_delay_above_the_cap_is_the_cap() {
    let config = with("\"0.1s\"", "\"3s\"").unwrap();
    assert!(config.policy().to_string().contains("exp(1s, 1.5, 1s)"));
}

#[test]
fn a_hedging_policy_has_a_delay_and_no_backoff() {
    let config = for_all(r#""hedgingPolicy": { "maxAttempts": 3, "hedgingDelay": "0.05s", "nonFatalStatusCodes": ["INTERNAL"] }"#).unwrap();
    assert_eq!(config.hedge(), Some(Duration::from_millis(50)));
    assert_eq!(
        *config.policy(),
        Policy::DEFAULT.with_max(2).with_backoff(Backoff::none())
    );
    assert!(config.is_retried(13) && !config.is_retried(14));
    let all_at_once = for_all(r#""hedgingPolicy": { "maxAttempts": 2 }"#).unwrap();
    assert_eq!(all_at_once.hedge(), Some(Duration::ZERO));
}

/// As clients in Go, and tools that print the proto, write them.
#[test]
fn names_are_read_in_any_case_and_with_underscores() {
    let expected = for_all(&format!(r#""retryPolicy": {RETRY}, "timeout": "5s""#)).unwrap();
    let spelt = |change: fn(&str) -> String| {
        let json = format!(
            r#"{{ "methodConfig": [{{
                "name": [{{ "service": "a.A", "method": "Get" }}], "timeout": "5s", "retryPolicy": {RETRY}
            }}], "retryThrottling": {{ "maxTokens": 10, "tokenRatio": 0.1 }} }}"#
        );
        // Every other piece between quotes that is followed by a colon is a name.
        let mut changed = String::new();
        let mut pieces = json.split('"').peekable();
        while let Some(piece) = pieces.next() {
            let is_name = pieces.peek().is_some_and(|next| next.starts_with(':'));
            changed += &if is_name {
                change(piece)
            } else {
                piece.to_owned()
            };
            if pieces.peek().is_some() {
                changed.push('"');
            }
        }
        changed
    };
    let snake = |name: &str| {
        let letters = name.chars().map(|letter| {
            let up = letter.is_ascii_uppercase();
            let lower = letter.to_ascii_lowercase();
            if up {
                format!("_{lower}")
            } else {
                lower.to_string()
            }
        });
        letters.collect()
    };
    let pascal = |name: &str| name[..1].to_uppercase() + &name[1..];
    for json in [
        spelt(str::to_owned),
        spelt(pascal),
        spelt(snake),
        spelt(str::to_uppercase),
        spelt(str::to_lowercase),
    ] {
        let config = parse(&json).unwrap_or_else(|error| panic!("{error}: {json}"));
        assert_eq!(config.method("a.A", "Get"), Some(&expected), "{json}");
        assert_eq!(config.method("a.A", "Put"), None, "{json}");
        assert!(config.budget().is_some(), "{json}");
    }
    let hedged = for_all(r#""hedging_policy": { "MaxAttempts": 4, "hedging_delay": ".05s" }"#);
    assert_eq!(hedged.unwrap().hedge(), Some(Duration::from_millis(50)));
}

#[test]
fn what_is_almost_a_name_is_refused() {
    let error = |json: &str| parse(json).unwrap_err().to_string();
    for (json, message) in [
        (
            r#"{ "retryThrotling": { "maxTokens": 10, "tokenRatio": 0.1 } }"#,
            "retryThrotling: did you mean `retryThrottling`?",
        ),
        (
            r#"{ "method_configs": [] }"#,
            "method_configs: did you mean `methodConfig`?",
        ),
        (
            r#"{ "methodConfig": [{ "names": [{}] }] }"#,
            "methodConfig[0].names: did you mean `name`?",
        ),
        (
            r#"{ "methodConfig": [{ "name": [{ "services": "a.A" }] }] }"#,
            "methodConfig[0].name[0].services: did you mean `service`?",
        ),
        (
            r#"{ "retryThrottling": { "maxToken": 10, "maxTokens": 10, "tokenRatio": 0.1 } }"#,
            "retryThrottling.maxToken: did you mean `maxTokens`?",
        ),
    ] {
        assert_eq!(error(json), message);
    }
    for (fields, message) in [
        (
            r#""retryPolice": {}"#,
            Some("methodConfig[0].retryPolice: did you mean `retryPolicy`?"),
        ),
        (
            r#""hedgingPolicy": { "maxAttempts": 2, "hedging_dely": "1s" }"#,
            Some("methodConfig[0].hedgingPolicy.hedging_dely: did you mean `hedgingDelay`?"),
        ),
        (
            r#""timeout": "1s", "Timeout": "2s""#,
            Some("methodConfig[0]: `Timeout` and `timeout` are one name: keep one of them"),
        ),
        (
            r#""waitForReady": true, "max_request_message_bytes": 4, "x": 1"#,
            None,
        ),
    ] {
        let result = for_all(fields).map_err(|error| error.to_string());
        match message {
            None => assert!(result.is_ok(), "{fields}"),
            Some(message) => assert_eq!(result, Err(message.to_owned())),
        }
    }
}

#[test]
fn of_two_deadlines_the_smaller_holds() {
    let seconds = Duration::from_secs;
    let config = for_all(r#""timeout": "5s""#).unwrap();
    let policy = *config.policy();
    assert_eq!(policy.with_deadline(seconds(2)).deadline, Some(seconds(2)));
    assert_eq!(policy.with_deadline(seconds(9)).deadline, Some(seconds(5)));
    let untimed = *with("4", "3").unwrap().policy();
    assert_eq!(untimed.with_deadline(seconds(9)).deadline, Some(seconds(9)));
}

#[test]
fn the_narrowest_name_wins() {
    let config = parse(
        r#"{ "methodConfig": [
            { "name": [{ "service": "a.A" }], "timeout": "2s" },
            { "name": [{ "service": "a.A", "method": "Get" }, { "service": "b.B", "method": "Put" }], "timeout": "3s" },
            { "name": [{ "service": "" }], "timeout": "1s" }
        ] }"#,
    )
    .unwrap();
    let seconds = |service, method| {
        let config = config.method(service, method).unwrap();
        config.policy().deadline.unwrap().as_secs()
    };
    assert_eq!(seconds("a.A", "Get"), 3);
    assert_eq!(seconds("a.A", "Other"), 2);
    assert_eq!(seconds("b.B", "Put"), 3);
    assert_eq!(seconds("b.B", "Get"), 1);
}

#[test]
fn what_is_not_named_has_no_config_and_is_not_retried() {
    for json in [
        "{}",
        r#"{ "methodConfig": [], "loadBalancingConfig": [{ "round_robin": {} }] }"#,
        r#"{ "methodConfig": null }"#,
    ] {
        let config = parse(json).unwrap();
        assert_eq!(config.method("a.A", "Get"), None);
        assert!(config.budget().is_none());
    }
    let timed = for_all(r#""timeout": "1s""#).unwrap();
    assert_eq!(timed.policy().max, Some(0));
    assert!(!timed.is_retried(14));
}

/// As many calls that fail for good as are still retried.
fn retried(budget: &Budget) -> usize {
    let failed = || budget.record_failure(Verdict::transient());
    (0..2000)
        .take_while(|_| {
            failed();
            budget.try_retry(4)
        })
        .count()
}

#[test]
fn throttling_becomes_a_budget() {
    let budget = |max, ratio: &str| {
        let json =
            format!(r#"{{ "retryThrottling": {{ "maxTokens": {max}, "tokenRatio": {ratio} }} }}"#);
        parse(&json).map(|config| config.budget().unwrap())
    };
    // A retry while more than half is left after the failure.
    for (max, retries) in [(1, 0), (2, 0), (3, 1), (10, 4), (1000, 499)] {
        assert_eq!(retried(&budget(max, "0.1").unwrap()), retries, "{max}");
    }
    for ratio in ["0.001", "1", "7.5"] {
        assert!(budget(10, ratio).is_ok(), "{ratio}");
    }
    for (max, ratio, message) in [
        (
            0,
            "0.1",
            "retryThrottling.maxTokens: 0 is out of range: write 1 to 1000",
        ),
        (
            1001,
            "0.1",
            "retryThrottling.maxTokens: 1001 is out of range: write 1 to 1000",
        ),
        (
            10,
            "0",
            "retryThrottling.tokenRatio: 0 earns nothing: write more than 0, such as 0.1",
        ),
        (
            10,
            "-1",
            "retryThrottling.tokenRatio: -1 earns nothing: write more than 0, such as 0.1",
        ),
        (
            10,
            "null",
            "retryThrottling.tokenRatio: this is missing: write a ratio such as 0.1",
        ),
    ] {
        assert_eq!(budget(max, ratio).unwrap_err().to_string(), message);
    }
}

#[test]
fn throttling_has_a_ceiling_and_forgets_nothing() {
    let config = r#"{ "retryThrottling": { "maxTokens": 10, "tokenRatio": 0.001 } }"#;
    let budget = parse(config).unwrap().budget().unwrap();
    let start = crate::time::clock::now();
    let level = |seconds| budget.level_at(start + Duration::from_secs(seconds));
    budget.record_failure_at(start, Verdict::transient());
    assert!((level(0) - 4.0).abs() < 1e-9);
    for _ in 0..999 {
        budget.record_success();
    }
    assert!((level(0) - 4.999).abs() < 1e-9);
    assert!((level(3600) - 4.999).abs() < 1e-9);
    for _ in 0..1_000_000 {
        budget.record_success();
    }
    assert!((level(3600) - 5.0).abs() < 1e-9);
    // A refused retry counts, whatever is proven; an answer does not.
    budget.record_failure_at(start, Verdict::not_sent());
    budget.record_failure_at(start, Verdict::transient().with_no_retry());
    budget.record_failure_at(start, Verdict::permanent());
    assert!((level(3600) - 3.0).abs() < 1e-9);
    // Retries are free, and so there is nothing to give back or to earn.
    assert!(budget.try_retry_at(start, 3));
    budget.refund();
    budget.record_mended_at(start, Verdict::transient());
    assert!((level(3600) - 3.0).abs() < 1e-9);
}

#[test]
fn a_ratio_has_three_decimals() {
    for (ratio, thousandths) in [
        (0.546, 546),
        (0.5469, 546),
        (1.001, 1001),
        (0.0004, 1),
        (1e300, u32::MAX),
    ] {
        let throttling = Throttling {
            max_tokens: 10,
            token_ratio: ratio,
        };
        assert_eq!(throttling.earned(), thousandths, "{ratio}");
    }
}

#[test]
fn an_invalid_retry_policy_is_refused_at_its_field() {
    let at = "methodConfig[0].retryPolicy";
    for (old, new, field, words) in [
        ("4", "0", "maxAttempts", "0 leaves nothing to retry"),
        ("4", "1", "maxAttempts", "1 leaves nothing to retry"),
        ("4", "2.5", "maxAttempts", "`2.5` is not a whole number"),
        ("4", "-3", "maxAttempts", "`-3` is not a whole number"),
        ("4", "true", "maxAttempts", "`true` is not a whole number"),
        ("4", "null", "maxAttempts", "missing: write 2 or more"),
        ("\"0.1s\"", "\"0s\"", "initialBackoff", "more than zero"),
        (
            "\"0.1s\"",
            "\"100ms\"",
            "initialBackoff",
            "`100ms` is not a duration",
        ),
        (
            "\"0.1s\"",
            "null",
            "initialBackoff",
            "missing: write a duration",
        ),
        ("\"1s\"", "\"0s\"", "maxBackoff", "more than zero"),
        ("\"1s\"", "1", "maxBackoff", "`1` is not a duration"),
        ("1.5", "0.5", "backoffMultiplier", "let the delays shrink"),
        ("1.5", "0", "backoffMultiplier", "let the delays shrink"),
        (
            "1.5",
            "\"NaN\"",
            "backoffMultiplier",
            "`NaN` is not a number",
        ),
        (
            "1.5",
            "null",
            "backoffMultiplier",
            "missing: write a factor",
        ),
        (
            "\"aborted\"",
            "\"OK\"",
            "retryableStatusCodes[1]",
            "OK is no failure",
        ),
        (
            "\"aborted\"",
            "\"GONE\"",
            "retryableStatusCodes[1]",
            "`GONE` is not a status code",
        ),
        (
            "8",
            "17",
            "retryableStatusCodes[2]",
            "`17` is not a status code",
        ),
        (
            "[\"UNAVAILABLE\", \"aborted\", 8]",
            "[]",
            "retryableStatusCodes",
            "nothing would be retried",
        ),
        (
            "[\"UNAVAILABLE\", \"aborted\", 8]",
            "null",
            "retryableStatusCodes",
            "nothing would be retried",
        ),
        (
            "[\"UNAVAILABLE\", \"aborted\", 8]",
            "14",
            "retryableStatusCodes",
            "`14` is not a list",
        ),
    ] {
        let error = with(old, new).unwrap_err();
        assert_eq!(error.field(), format!("{at}.{field}"), "{old} → {new}");
        let message = error.to_string();
        assert!(message.contains(words), "{old} → {new}: {message}");
    }
}

#[test]
fn other_faults_are_refused_at_their_field() {
    assert_eq!(
        message(for_all(&format!(
            r#""retryPolicy": {RETRY}, "hedgingPolicy": {{ "maxAttempts": 2 }}"#
        ))),
        "methodConfig[0]: a method has a `retryPolicy` or a `hedgingPolicy`: leave one of them out"
    );
    assert_eq!(
        message(for_all(r#""hedgingPolicy": { "maxAttempts": 1 }"#)),
        "methodConfig[0].hedgingPolicy.maxAttempts: 1 leaves nothing to retry: write 2 or more, or leave the policy out"
    );
    assert_eq!(
        message(for_all(r#""timeout": "0s""#)),
        "methodConfig[0].timeout: this must be more than zero: write for example \"0.1s\""
    );
    let error = |json| parse(json).unwrap_err().to_string();
    assert_eq!(
        error(r#"{ "methodConfig": [{ "name": [] }] }"#),
        "methodConfig[0].name: this config is for no method: write a name, {} for all of them, or leave the config out"
    );
    assert_eq!(
        error(r#"{ "methodConfig": [{ "name": [{ "method": "Get" }] }] }"#),
        "methodConfig[0].name[0]: a method has a service: write `service` too, or leave `method` out"
    );
    assert_eq!(
        error(r#"{ "methodConfig": [{ "name": [{ "service": "a.A" }, { "service": "a.A" }] }] }"#),
        "methodConfig[0].name[1]: `a.A/` has a config already: name it in one of them only"
    );
    assert_eq!(error("[]"), "`[]` is not an object, such as {..}");
    assert!(
        error("{").starts_with("this is not JSON: "),
        "{}",
        error("{")
    );
}

#[test]
fn what_is_wrong_with_a_policy_is_the_source() {
    let zero = Backoff::fixed(Duration::ZERO).unwrap_err();
    let error = InvalidServiceConfig::new("retryPolicy", invalid::Fault::Policy(zero));
    let source = error.source().map(ToString::to_string);
    assert_eq!(source, Some(zero.to_string()));
    let other = InvalidServiceConfig::new("retryPolicy", invalid::Fault::Zero);
    assert!(other.source().is_none());
}

#[test]
fn a_name_stands_once_in_an_object() {
    let twice = for_all(r#""timeout": "1s", "timeout": "2s""#);
    assert_eq!(
        message(twice),
        "`timeout` stands twice: keep one of them at line 1 column 69"
    );
    assert!(for_all(r#""timeout": "1s", "waitForReady": [null, true, -1, 2, 0.5, {}]"#).is_ok());
}
