//! From JSON to configs.

mod document;
mod node;

use std::collections::HashMap;
use std::time::Duration;

use serde_json::Value;

use self::document::document;
use self::node::Node;
use super::invalid::{Fault, InvalidServiceConfig};
use super::{MethodConfig, ServiceConfig, Throttling, key};
use crate::policy::Policy;
use retry_words::{Backoff, Jitter};

type Result<T> = std::result::Result<T, InvalidServiceConfig>;

/// gRPC A6 draws from 0.8 to 1.2 times the delay; jitter only shortens here.
const JITTER: f64 = 0.2;

/// As their numbers count them.
const CODES: [&str; 17] = [
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
];

pub(super) fn service_config(json: &str) -> Result<ServiceConfig> {
    let value = document(json).map_err(|error| {
        let text = error.to_string();
        let fault = if error.is_data() {
            Fault::Twice(text)
        } else {
            Fault::Json(text)
        };
        InvalidServiceConfig::new("", fault)
    })?;
    let root = Node::root(&value)?;
    root.check_names(
        &["methodConfig", "retryThrottling"],
        &[
            "loadBalancingConfig",
            "loadBalancingPolicy",
            "healthCheckConfig",
        ],
    )?;
    let mut methods = HashMap::new();
    for config in root.list("methodConfig")? {
        let read = method_config(&config)?;
        let names = config.list("name")?;
        if names.is_empty() {
            return Err(config.fault_of("name", Fault::NoNames));
        }
        for name in names {
            name.check_names(&["service", "method"], &[])?;
            let (service, method) = (name.text("service")?, name.text("method")?);
            if service.is_empty() && !method.is_empty() {
                return Err(name.fault(Fault::MethodWithoutService));
            }
            let key = key(service, method);
            if methods.contains_key(&key) {
                return Err(name.fault(Fault::SecondConfig(key)));
            }
            methods.insert(key, read);
        }
    }
    let throttling = root.object("retryThrottling")?;
    Ok(ServiceConfig {
        methods,
        throttling: throttling.map(|node| self::throttling(&node)).transpose()?,
    })
}

fn method_config(config: &Node<'_>) -> Result<MethodConfig> {
    config.check_names(
        &["name", "timeout", "retryPolicy", "hedgingPolicy"],
        &[
            "waitForReady",
            "maxRequestMessageBytes",
            "maxResponseMessageBytes",
        ],
    )?;
    let read = match (
        config.object("retryPolicy")?,
        config.object("hedgingPolicy")?,
    ) {
        (None, None) => MethodConfig::UNRETRIED,
        (Some(policy), None) => retry_policy(&policy)?,
        (None, Some(policy)) => hedging_policy(&policy)?,
        (Some(_), Some(_)) => return Err(config.fault(Fault::BothPolicies)),
    };
    Ok(match config.duration("timeout")? {
        None => read,
        Some(timeout) => MethodConfig {
            policy: Policy {
                deadline_is_ceiling: true,
                ..read
                    .policy
                    .with_deadline(positive(config, "timeout", timeout)?)
            },
            ..read
        },
    })
}

fn retry_policy(node: &Node<'_>) -> Result<MethodConfig> {
    node.check_names(
        &[
            "maxAttempts",
            "initialBackoff",
            "maxBackoff",
            "backoffMultiplier",
            "retryableStatusCodes",
        ],
        &["perAttemptRecvTimeout"],
    )?;
    let max = retries(node)?;
    let first = some_time(node, "initialBackoff")?;
    let cap = some_time(node, "maxBackoff")?;
    let factor = node.number("backoffMultiplier")?.ok_or_else(|| {
        node.fault_of("backoffMultiplier", Fault::Missing("a factor such as 1.5"))
    })?;
    if factor < 1.0 {
        return Err(node.fault_of("backoffMultiplier", Fault::Multiplier(factor)));
    }
    let codes = codes(node, "retryableStatusCodes")?;
    if codes == 0 {
        return Err(node.fault_of("retryableStatusCodes", Fault::NoCodes));
    }
    // gRPC caps the first delay too.
    let backoff = Backoff::exp(first.min(cap), factor, cap);
    let jitter = Jitter::fraction(JITTER);
    let policy = |invalid| node.fault(Fault::Policy(invalid));
    Ok(MethodConfig {
        policy: Policy::DEFAULT
            .with_max(max)
            .with_backoff(backoff.map_err(policy)?)
            .with_jitter(jitter.map_err(policy)?),
        codes,
        hedge: None,
    })
}

fn hedging_policy(node: &Node<'_>) -> Result<MethodConfig> {
    node.check_names(&["maxAttempts", "hedgingDelay", "nonFatalStatusCodes"], &[])?;
    Ok(MethodConfig {
        policy: Policy::DEFAULT
            .with_max(retries(node)?)
            .with_backoff(Backoff::none()),
        codes: codes(node, "nonFatalStatusCodes")?,
        hedge: Some(node.duration("hedgingDelay")?.unwrap_or_default()),
    })
}

fn throttling(node: &Node<'_>) -> Result<Throttling> {
    node.check_names(&["maxTokens", "tokenRatio"], &[])?;
    let max_tokens = node
        .count("maxTokens")?
        .ok_or_else(|| node.fault_of("maxTokens", Fault::Missing("1 to 1000")))?;
    let token_ratio = node
        .number("tokenRatio")?
        .ok_or_else(|| node.fault_of("tokenRatio", Fault::Missing("a ratio such as 0.1")))?;
    if !(1..=1000).contains(&max_tokens) {
        return Err(node.fault_of("maxTokens", Fault::MaxTokens(max_tokens)));
    }
    if token_ratio <= 0.0 {
        return Err(node.fault_of("tokenRatio", Fault::TokenRatio(token_ratio)));
    }
    Ok(Throttling {
        max_tokens,
        token_ratio,
    })
}

/// `"maxAttempts": 4` → 3
fn retries(node: &Node<'_>) -> Result<u32> {
    let attempts = node
        .count("maxAttempts")?
        .ok_or_else(|| node.fault_of("maxAttempts", Fault::Missing("2 or more")))?;
    if attempts < 2 {
        return Err(node.fault_of("maxAttempts", Fault::Attempts(attempts)));
    }
    Ok(attempts - 1)
}

fn some_time(node: &Node<'_>, field: &str) -> Result<Duration> {
    match node.duration(field)? {
        Some(time) => positive(node, field, time),
        None => Err(node.fault_of(field, Fault::Missing("a duration such as \"0.1s\""))),
    }
}

fn positive(node: &Node<'_>, field: &str, time: Duration) -> Result<Duration> {
    if time.is_zero() {
        return Err(node.fault_of(field, Fault::Zero));
    }
    Ok(time)
}

/// `["UNAVAILABLE", 10]` → 2^14 + 2^10
fn codes(node: &Node<'_>, field: &str) -> Result<u32> {
    let mut codes = 0;
    for item in node.list_of_any(field)? {
        let code = match item.value() {
            Value::String(name) => CODES
                .iter()
                .position(|code| code.eq_ignore_ascii_case(name)),
            Value::Number(number) => number
                .as_u64()
                .and_then(|number| usize::try_from(number).ok())
                .filter(|number| *number < CODES.len()),
            _ => None,
        };
        match code {
            None => return Err(item.fault(Fault::UnknownCode(item.shown()))),
            Some(0) => return Err(item.fault(Fault::Ok)),
            Some(code) => codes |= 1 << code,
        }
    }
    Ok(codes)
}
