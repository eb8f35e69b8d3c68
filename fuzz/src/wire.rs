//! What servers and operators say: the header `Retry-After`, gRPC's push-back,
//! gRPC's service config.

use retry_runtime::service_config::ServiceConfig;
use retry_runtime::{Policy, Transient, http};
use std::time::{Duration, SystemTime};
use tonic::metadata::AsciiMetadataValue;
use tonic::{Code, Status};

/// A `Retry-After`, at a time which the first four bytes tell.
///
/// # Panics
///
/// A number that is read as another.
pub fn retry_after(data: &[u8]) {
    let (now, text) = data.split_at(data.len().min(4));
    let now = now.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(now);
    let text = String::from_utf8_lossy(text);
    let wait = http::retry_after(&text, now);
    let digits = text.trim();
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let seconds = digits.parse().unwrap_or(u64::MAX);
        assert_eq!(wait, Some(Duration::from_secs(seconds)), "{text}");
    }
}

/// A service config, and all that is asked of it.
///
/// # Panics
///
/// A fault without words, or what is not there though it was read; limits and delays beyond
/// what a policy may have; the same document, written in another way, read as another config.
pub fn service_config(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let config: ServiceConfig = match text.parse() {
        Ok(config) => config,
        Err(error) => {
            let error: retry_runtime::service_config::InvalidServiceConfig = error;
            return assert!(!error.to_string().is_empty(), "{error:?} says nothing");
        }
    };
    if let Some(budget) = config.budget() {
        assert!(budget.level() >= 0.0);
    }
    let document: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    let again: ServiceConfig = document.to_string().parse().expect("it is the same");
    for (service, method) in [("", ""), ("users.v1.Users", "Get"), ("users.v1.Users", "")] {
        assert_eq!(
            again.method(service, method),
            config.method(service, method)
        );
        let Some(config) = config.method(service, method) else {
            continue;
        };
        let policy = config.policy();
        assert_eq!(policy.check().as_ref(), Ok(policy), "{text}");
        let read: Policy = policy.to_string().parse().expect("it prints what is read");
        assert_eq!(read.to_string(), policy.to_string());
        for code in -1..=32 {
            let _ = config.is_retried(code);
        }
        let on = config.on();
        let _ = on(&Status::unavailable(""));
        let _ = config.hedge();
    }
}

/// The details of a status, and its metadata: the bytes up to the first zero
/// are the push-back in milliseconds.
///
/// # Panics
///
/// A number of milliseconds that is judged otherwise than gRPC A6 says.
pub fn grpc_pushback(data: &[u8]) {
    let mut parts = data.splitn(2, |byte| *byte == 0);
    let millis = parts.next().unwrap_or_default();
    let details = parts.next().unwrap_or_default().to_vec();
    let mut status = Status::with_details(Code::Unavailable, "", details.into());
    let _ = status.verdict();
    if let Ok(value) = AsciiMetadataValue::try_from(millis) {
        status
            .metadata_mut()
            .insert("grpc-retry-pushback-ms", value);
    }
    let verdict = status.verdict();
    if let Ok(millis) = String::from_utf8_lossy(millis).parse::<i32>() {
        let wait = u64::try_from(millis).ok().map(Duration::from_millis);
        let expected = retry_runtime::Verdict::transient();
        let expected = wait.map_or(expected.with_no_retry(), |wait| {
            expected.with_pushback(wait)
        });
        assert_eq!(verdict, expected, "{millis}");
    }
}
